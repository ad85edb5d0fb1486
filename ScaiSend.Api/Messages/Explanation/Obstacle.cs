using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>What stood in the way of an attempt, as far as its row tells. A closed choice.</summary>
public enum Obstacle
{
    /// <summary>Nothing: it was delivered.</summary>
    None,
    Interrupted,
    Greylisting,

    /// <summary>A 4xx reply, or one that is out of place.</summary>
    NotNow,

    /// <summary>A 5xx reply that a rule takes for one of the moment.</summary>
    RefusedButForRule,

    /// <summary>A 5xx reply before the server heard of the mail.</summary>
    RefusedUs,
    Refused,

    /// <summary>A rule took a 4xx reply or a broken connection as final.</summary>
    RefusedByRule,
    NotConnected,
    BrokenOff,
    Silence,
    Tls,

    /// <summary>The connection was not as safe as the mail has to travel.</summary>
    TlsDemand,
    Account,
    Dns,
    NoRoute,
    Store,

    /// <summary>This server cannot take this mail: its size, its address.</summary>
    Unsuitable,
    Unknown,
}

/// <summary>Finds what stood in the way of an attempt. Pure.</summary>
public static class Obstacles
{
    // RFC 3463 §3.8: a cryptographic failure; we say so of a connection that is not safe enough.
    private const string NotSafeEnough = "4.7.5";

    public static Obstacle Of(EmailAttempt attempt) =>
        attempt.Outcome switch
        {
            "delivered" => Obstacle.None,
            "interrupted" => Obstacle.Interrupted,
            "deferred" => OfDeferred(attempt),
            "bounce" => OfRefused(attempt),
            _ => Obstacle.Unknown,
        };

    private static Obstacle OfDeferred(EmailAttempt attempt) =>
        attempt switch
        {
            { ReplyCode: >= 500, Rule: not null } => Obstacle.RefusedButForRule,
            { ReplyCode: >= 500 } => Obstacle.RefusedUs,
            { ReplyCode: not null, Rule: { } rule } when RecordedWords.SpeaksOfGreylisting(rule) => Obstacle.Greylisting,
            { ReplyCode: not null } when RecordedWords.SpeaksOfGreylisting(attempt.Reply) => Obstacle.Greylisting,
            { ReplyCode: not null } => Obstacle.NotNow,
            { EnhancedStatusCode: NotSafeEnough } => Obstacle.TlsDemand,
            { Step: "tls" } => Obstacle.Tls,
            { Step: "auth" } => Obstacle.Account,
            _ when RecordedWords.IsDnsTrouble(attempt.Reply) => Obstacle.Dns,
            _ when RecordedWords.IsStoreTrouble(attempt.Reply) => Obstacle.Store,
            _ when RecordedWords.IsSilence(attempt.Reply) => Obstacle.Silence,
            { Step: "connect" } or { EnhancedStatusCode: "4.4.4" } => Obstacle.NotConnected,
            { Step: not null } => Obstacle.BrokenOff,
            _ => Obstacle.Unknown,
        };

    private static Obstacle OfRefused(EmailAttempt attempt) =>
        attempt switch
        {
            { ReplyCode: >= 500 } => Obstacle.Refused,
            { Rule: not null } => Obstacle.RefusedByRule,
            { ReplyCode: not null } => Obstacle.Refused,
            { Step: null } => Obstacle.NoRoute,
            _ => Obstacle.Unsuitable,
        };

    /// <summary>The obstacle in a sentence.</summary>
    public static string Words(EmailAttempt attempt) =>
        Of(attempt) switch
        {
            Obstacle.None => $"The receiving server took it ({attempt.ReplyCode})",
            Obstacle.Interrupted =>
                "No end of the attempt was written down: the process that made it stopped, or could not write. What the receiver answered is not known",
            Obstacle.Greylisting =>
                "The receiving server greylists: it sends mail of senders that it does not know away for a while, and takes it when it comes back",
            Obstacle.NotNow => $"The receiving server does not take it for now ({attempt.ReplyCode})",
            Obstacle.RefusedButForRule =>
                $"The receiving server refused it ({attempt.ReplyCode}), and the delivery policy says to try again",
            Obstacle.RefusedUs =>
                $"The receiving server turned us away ({attempt.ReplyCode}) before it had heard of the mail; that says nothing of the recipient",
            Obstacle.Refused => $"The receiving server refused it for good ({attempt.ReplyCode})",
            Obstacle.RefusedByRule => "The attempt failed, and the delivery policy takes such a failure as final",
            Obstacle.NotConnected => "The receiving server could not be reached",
            Obstacle.BrokenOff => "The connection to the receiving server broke off",
            Obstacle.Silence => "The receiving server did not answer in time",
            Obstacle.Tls => "The connection to the receiving server could not be encrypted",
            Obstacle.TlsDemand => $"The connection to the receiving server was not as safe as {WhoDemands(attempt)} demands",
            Obstacle.Account => "The host that takes this mail for others did not take our account",
            Obstacle.Dns => "DNS gave no answer about the receiving domain",
            Obstacle.NoRoute => NoRoute(attempt.EnhancedStatusCode),
            Obstacle.Store => "Our own store did not give an attachment, so nothing was sent",
            Obstacle.Unsuitable => "The receiving server cannot take a mail like this",
            Obstacle.Unknown => "The attempt failed; why is not known any more",
            var other => throw new ArgumentOutOfRangeException(nameof(attempt), other, "No such obstacle"),
        };

    // As the route says it in its status, RFC 3463 and RFC 7505.
    private static string NoRoute(string? status) =>
        status switch
        {
            "5.1.2" => "There is no such domain",
            "5.1.10" => "The receiving domain takes no mail, as it says in DNS",
            "5.4.4" => "The mail host of the receiving domain has no address in DNS",
            "5.4.6" => "The mail hosts of the receiving domain lead back to this service",
            _ => "DNS knows no way to the receiving domain",
        };

    private static string WhoDemands(EmailAttempt attempt) =>
        (attempt.TlsPolicy ?? attempt.Reply).Contains("mta-sts", StringComparison.OrdinalIgnoreCase)
            ? "the receiving domain itself (MTA-STS)"
            : "the delivery policy";
}
