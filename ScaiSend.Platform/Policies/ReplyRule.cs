using System.Text.RegularExpressions;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Policies;

/// <summary>What an operator says a reply means. Overrules what <c>ReplyVerdict</c> would say by itself.</summary>
/// <param name="Name">Shown with each attempt that it decided.</param>
public sealed record ReplyRule(string Name, ReplyPattern When, ReplyAction Then);

/// <summary>Which replies a rule is about; null matches any.</summary>
public sealed record ReplyPattern
{
    /// <summary>RFC 5321 §4.2 codes from and to, such as 450 to 451.</summary>
    public (int From, int To)? Code { get; init; }

    /// <summary>RFC 3463 code whose parts may be <c>*</c>, such as <c>4.7.*</c>.</summary>
    public string? Enhanced { get; init; }

    /// <summary>Found anywhere in the text; has a time limit.</summary>
    public Regex? Text { get; init; }

    /// <summary>The command that was answered: <c>connect</c>, <c>greeting</c>, <c>hello</c>, <c>tls</c>, <c>mail</c>, <c>recipient</c>, <c>data</c> or <c>content</c>.</summary>
    public string? At { get; init; }
}

/// <summary>What such a reply leads to; null or false leaves it as it would be.</summary>
public sealed record ReplyAction
{
    /// <summary>Try again later, also after a 5xx reply.</summary>
    public bool Defer { get; init; }

    /// <summary>When to try again, instead of by the schedule.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Refused for good, also after a 4xx reply.</summary>
    public BounceClass? Bounce { get; init; }

    /// <summary>Fewer connections and mails a minute to the provider from this address, for a while.</summary>
    public bool SlowDown { get; init; }

    /// <summary>No mail to the provider from this address for so long.</summary>
    public TimeSpan? SuspendFor { get; init; }
}
