using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Sending;

/// <summary>What becomes of an email after an attempt. A closed choice.</summary>
public abstract record Verdict
{
    private Verdict() { }

    public sealed record Delivered : Verdict;

    /// <param name="RetryAfter">As a reply rule says; null: by the schedule.</param>
    public sealed record Deferred(TimeSpan? RetryAfter = null) : Verdict;

    public sealed record Bounced(BounceClass Class) : Verdict;
}

/// <summary>Says what a reply or its absence means for the email. The only place that does; pure.</summary>
public static class ReplyVerdict
{
    private static readonly Verdict Delivered = new Verdict.Delivered();
    private static readonly Verdict Deferred = new Verdict.Deferred();
    private static readonly Verdict Hard = new Verdict.Bounced(BounceClass.Hard);
    private static readonly Verdict Soft = new Verdict.Bounced(BounceClass.Soft);
    private static readonly Verdict Block = new Verdict.Bounced(BounceClass.Block);

    // RFC 3463 §3, the longest match counts. Null: too vague, the text and then the reply code decide.
    private static readonly Dictionary<string, Verdict?> ByEnhancedCode = new()
    {
        ["5.0"] = null,
        ["5.1"] = Hard,
        ["5.1.0"] = null,
        // These are about our sender, so the recipient's address may well be right.
        ["5.1.7"] = Block,
        ["5.1.8"] = Block,
        ["5.2"] = Soft,
        ["5.2.0"] = null,
        ["5.2.1"] = Hard,
        ["5.3"] = Soft,
        ["5.3.0"] = null,
        ["5.4"] = Soft,
        // Microsoft's answer for an unknown recipient is 5.4.1; RFC 3463 means a silent host.
        ["5.4.1"] = null,
        ["5.4.4"] = Hard,
        ["5.5"] = Soft,
        ["5.5.0"] = null,
        ["5.5.1"] = null,
        ["5.6"] = Soft,
        ["5.7"] = Block,
    };

    // Read from the top; the most telling words come first.
    private static readonly (string Words, Verdict Verdict)[] ByText =
    [
        // These are about our sender, though they speak of an address or a user.
        ("sender verify failed", Block),
        ("sender address rejected", Block),
        ("sender rejected", Block),
        ("administrative prohibition", Block),
        ("user unknown", Hard),
        ("unknown user", Hard),
        ("unknown recipient", Hard),
        ("recipient unknown", Hard),
        ("no such user", Hard),
        ("no such recipient", Hard),
        ("no such mailbox", Hard),
        ("no mailbox", Hard),
        ("does not exist", Hard),
        ("doesn't exist", Hard),
        ("doesn't have a", Hard),
        ("user not found", Hard),
        ("mailbox not found", Hard),
        ("recipient not found", Hard),
        ("invalid recipient", Hard),
        ("invalid mailbox", Hard),
        ("recipient address rejected: access denied", Hard),
        ("account disabled", Hard),
        ("account is disabled", Hard),
        ("mailbox disabled", Hard),
        ("mailbox is disabled", Hard),
        ("is not active", Hard),
        ("not our customer", Hard),
        ("account closed", Hard),
        ("mailbox full", Soft),
        ("mailbox is full", Soft),
        ("over quota", Soft),
        ("quota exceeded", Soft),
        ("out of storage", Soft),
        ("insufficient storage", Soft),
        ("too large", Soft),
        ("too big", Soft),
        ("size limit", Soft),
        ("spam", Block),
        ("blocked", Block),
        ("blacklist", Block),
        ("blocklist", Block),
        ("block list", Block),
        ("denylist", Block),
        ("dnsbl", Block),
        ("rbl", Block),
        ("reputation", Block),
        ("unsolicited", Block),
        ("policy", Block),
        ("policies", Block),
        ("banned", Block),
        ("virus", Block),
        ("dmarc", Block),
        ("dkim", Block),
        ("spf", Block),
        ("relay", Block),
        ("mailbox unavailable", Hard),
    ];

    // RFC 5321 §4.2.3 and RFC 7504; what is not listed is a misunderstanding between two servers: soft.
    private static readonly Dictionary<int, Verdict> ByCode = new()
    {
        [521] = Hard,
        [530] = Block,
        [550] = Hard,
        [551] = Hard,
        [552] = Soft,
        [553] = Hard,
        [554] = Block,
        [556] = Hard,
    };

    public static Verdict Of(Answer answer) =>
        answer switch
        {
            Answer.Reply reply => Of(reply),
            Answer.Trouble trouble => Of(trouble.Kind),
            _ => throw new InvalidOperationException($"{answer.GetType().Name} is no answer of a server"),
        };

    /// <summary>The same with an operator's rules, and the one that decided. What a server has taken is delivered, whatever a rule says.</summary>
    /// <param name="step">The command that was answered or went wrong, in the words of a rule.</param>
    public static (Verdict Verdict, ReplyRule? Rule) Of(Answer answer, string? step, DeliveryPolicy policy, string? provider)
    {
        var verdict = Of(answer);
        if (verdict is Verdict.Delivered || Received(answer, step) is not { } reply || policy.RuleFor(provider, reply) is not { } rule)
            return (verdict, null);
        return (rule.Then.Over(verdict), rule);
    }

    private static Verdict Over(this ReplyAction action, Verdict verdict) =>
        action switch
        {
            { Bounce: { } bounceClass } => new Verdict.Bounced(bounceClass),
            { Defer: true } or { Delay: not null } => new Verdict.Deferred(action.Delay),
            _ => verdict,
        };

    // Trouble of our own, and what DNS says, is no answer of the receiver's.
    private static ReceivedReply? Received(Answer answer, string? step) =>
        answer switch
        {
            Answer.Reply reply => new(reply.Code, reply.EnhancedStatusCode, reply.Text, step),
            Answer.Trouble { IsOfConnection: true } trouble => new(null, null, trouble.Text, step),
            _ => null,
        };

    private static Verdict Of(TroubleKind kind) =>
        kind switch
        {
            TroubleKind.NameNotResolved => Deferred,
            TroubleKind.Network => Deferred,
            TroubleKind.TimedOut => Deferred,
            TroubleKind.TlsTrouble => Deferred,
            TroubleKind.NotSmtp => Deferred,
            TroubleKind.Storage => Deferred,
            TroubleKind.NotAuthenticated => Deferred,
            TroubleKind.NoRoute => Hard,
            TroubleKind.UnusableAddress => Hard,
            // RFC 6531 §3.2: nothing else may be done with it. Soft, as the address may be right and other mail may reach it.
            TroubleKind.NoSmtpUtf8 => Soft,
            // RFC 1870 §6.2: another mail may fit.
            TroubleKind.TooLarge => Soft,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such trouble"),
        };

    private static Verdict Of(Answer.Reply reply) =>
        (reply.Step, reply.Code / 100) switch
        {
            (SmtpStep.Acceptance, 2) => Delivered,
            // A refusal before MAIL is about us and the server's state, not about the recipient: 554 greets listed or
            // too eager clients. Postfix (smtp_skip_5xx_greeting) and Exim's callers go on with the next host and then
            // try again later, and so do we: a bounce would suppress an address of which the server said nothing.
            // RFC 7504 §3: 521 is the exception, this host never takes mail; but Postfix's postscreen says 521 5.7.1 to listed clients.
            (< SmtpStep.Mail, 5) => reply.Code == 521 && BounceOf(reply) == Hard ? Hard : Deferred,
            (_, 5) => BounceOf(reply),
            // RFC 5321 §4.2.1: 4xx is temporary. Any other reply is out of place here, so the server is confused for now.
            _ => Deferred,
        };

    private static Verdict BounceOf(Answer.Reply reply)
    {
        var verdict = ByEnhanced(reply.EnhancedStatusCode) ?? ByWords(reply.Text) ?? ByCode.GetValueOrDefault(reply.Code, Soft);
        return reply.Step switch
        {
            // Whatever is wrong at MAIL is wrong with our sender, so the recipient must not become a hard bounce.
            SmtpStep.Mail when verdict == Hard => Block,
            // Unless the reply says otherwise, a recipient that was accepted is fine and the content is not.
            SmtpStep.Acceptance when verdict == Hard && !IsExplicit(reply) => Block,
            _ => verdict,
        };
    }

    private static bool IsExplicit(Answer.Reply reply) => (ByEnhanced(reply.EnhancedStatusCode) ?? ByWords(reply.Text)) is not null;

    private static Verdict? ByEnhanced(string? code)
    {
        if (code is null)
            return null;
        return ByEnhancedCode.TryGetValue(code, out var exact) ? exact : ByEnhancedCode.GetValueOrDefault(code[..code.LastIndexOf('.')]);
    }

    private static Verdict? ByWords(string text)
    {
        foreach (var (words, verdict) in ByText)
            if (text.Contains(words, StringComparison.OrdinalIgnoreCase))
                return verdict;
        return null;
    }
}
