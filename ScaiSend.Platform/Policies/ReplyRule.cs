using System.Globalization;
using System.Text.RegularExpressions;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Policies;

/// <summary>What an operator says a reply means. Overrules what <c>ReplyVerdict</c> would say by itself.</summary>
/// <param name="Name">Shown with each attempt that it decided.</param>
public sealed record ReplyRule(string Name, ReplyPattern When, ReplyAction Then);

/// <summary>What a receiver answered, as rules look at it.</summary>
/// <param name="Code">RFC 5321 §4.2; null when a connection ended without a reply.</param>
/// <param name="At">In the words of <see cref="ReplyPattern.At"/>.</param>
public sealed record ReceivedReply(int? Code, string? Enhanced, string Text, string? At);

/// <summary>Which replies a rule is about; null matches any.</summary>
public sealed record ReplyPattern
{
    /// <summary>RFC 5321 §4.2 codes from and to, such as 450 to 451.</summary>
    public (int From, int To)? Code { get; init; }

    /// <summary>RFC 3463 code whose parts may be <c>*</c>, such as <c>4.7.*</c>.</summary>
    public string? Enhanced { get; init; }

    /// <summary>Found anywhere in the text; has a time limit.</summary>
    public Regex? Text { get; init; }

    /// <summary>The command that was answered: <c>connect</c>, <c>greeting</c>, <c>hello</c>, <c>tls</c>, <c>auth</c>, <c>mail</c>, <c>recipient</c>, <c>data</c> or <c>content</c>.</summary>
    public string? At { get; init; }

    /// <summary>Whether the rule is about this reply. A connection that ended without one is met only by a rule that says where.</summary>
    public bool Matches(ReceivedReply reply) =>
        (reply.Code is not null || At is not null)
        && (Code is not { } codes || (reply.Code >= codes.From && reply.Code <= codes.To))
        && (At is null || At == reply.At)
        && (Enhanced is null || (reply.Enhanced is { } enhanced && IsLike(enhanced, Enhanced)))
        && (Text is null || IsFound(Text, reply.Text));

    private static bool IsLike(string enhanced, string pattern)
    {
        var (parts, wanted) = (enhanced.Split('.'), pattern.Split('.'));
        return parts.Length == wanted.Length && parts.Zip(wanted).All(pair => pair.Second == "*" || Same(pair.First, pair.Second));
    }

    private static bool Same(string number, string wanted) =>
        number == wanted
        || (
            int.TryParse(number, CultureInfo.InvariantCulture, out var a)
            && int.TryParse(wanted, CultureInfo.InvariantCulture, out var b)
            && a == b
        );

    // A pattern that takes too long on a hostile reply decides nothing.
    private static bool IsFound(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}

/// <summary>What such a reply leads to; null leaves it as it would be, as does <see cref="Defer"/> when false.</summary>
public sealed record ReplyAction
{
    /// <summary>Try again later, also after a 5xx reply.</summary>
    public bool Defer { get; init; }

    /// <summary>When to try again, instead of by the schedule.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>After how many attempts of an email the delay counts; after later ones the schedule does. Null: always.</summary>
    public int? FirstAttempts { get; init; }

    /// <summary>Refused for good, also after a 4xx reply.</summary>
    public BounceClass? Bounce { get; init; }

    /// <summary>Fewer connections and mails a minute to the provider from this address, for a while; false: not even for 421 and 4.7.x, which ask for it.</summary>
    public bool? SlowDown { get; init; }

    /// <summary>No mail to the provider from this address for so long.</summary>
    public TimeSpan? SuspendFor { get; init; }

    /// <summary>The wait after the attempt of this number; null: by the schedule.</summary>
    public TimeSpan? DelayAfter(int attempts) => FirstAttempts is { } first && attempts > first ? null : Delay;
}
