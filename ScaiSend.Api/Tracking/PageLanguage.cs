using System.Globalization;

namespace ScaiSend.Api.Tracking;

/// <summary>Finds the language of a page that a reader of mails sees.</summary>
public static class PageLanguage
{
    /// <summary>The ones there are; the first is for everybody else.</summary>
    public static IReadOnlyList<string> All { get; } = ["en", "nl", "de"];

    // No browser sends more.
    private const int MaxRanges = 50;

    /// <summary>The best language for an <c>Accept-Language</c>. RFC 9110 §12.5.4: the greatest weight wins, of equals the first.</summary>
    public static string Of(string? acceptLanguage)
    {
        var (best, bestWeight) = (All[0], 0.0);
        var unnamed = true;
        foreach (var range in (acceptLanguage ?? "").Split(',', MaxRanges + 1).Take(MaxRanges))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (Weight(parts) is not { } weight)
                continue;
            // RFC 4647 §3.4: a longer range is shortened until it matches, so de-AT is de.
            var language = parts[0] == "*" ? All[0] : All.FirstOrDefault(known => Matches(parts[0], known));
            if (language is not null && (unnamed || weight > bestWeight) && weight > 0)
                (best, bestWeight, unnamed) = (language, weight, false);
        }
        return best;
    }

    private static bool Matches(string range, string language) =>
        range.StartsWith(language, StringComparison.OrdinalIgnoreCase)
        && (range.Length == language.Length || range[language.Length] == '-');

    private static double? Weight(string[] parts)
    {
        if (parts.Length == 1)
            return 1;
        return
            parts[1].StartsWith("q=", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(parts[1].AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
            && weight is >= 0 and <= 1
            ? weight
            : null;
    }
}
