using System.Globalization;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>How moments and quotations are written in sentences.</summary>
internal static class Words
{
    private const int MostQuoted = 200;

    /// <summary>Such as <c>2026-11-29 12:01:00 UTC</c>.</summary>
    public static string At(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The moment after <c>at</c>; null where there is none.</summary>
    public static string At(DateTimeOffset? moment, string otherwise) => moment is { } at ? $"at {At(at)}" : otherwise;

    /// <summary>What somebody said, after a colon, and a full stop; only the stop when nothing is known of it.</summary>
    public static string Quoted(string? words) =>
        words is not { Length: > 0 } || words == RecordedWords.Erased ? "."
        : words.Length > MostQuoted ? $": {Cut(words)}…"
        : $": {words}{(words[^1] is '.' or '!' or '?' ? "" : ".")}";

    // A cut may not leave half a character.
    private static string Cut(string words) =>
        char.IsHighSurrogate(words[MostQuoted - 1]) ? words[..(MostQuoted - 1)] : words[..MostQuoted];
}
