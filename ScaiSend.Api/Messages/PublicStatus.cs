using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Messages;

/// <summary>The words that callers see for the saga's states.</summary>
public static class PublicStatus
{
    /// <summary>Stored without a saga, because the request was a test.</summary>
    public const string Sandbox = "sandbox";

    /// <summary>Every word that a filter takes, and the states that it means. <c>sandbox</c> is no state.</summary>
    public static IReadOnlyDictionary<string, EmailStatus[]> Filters { get; } =
        new Dictionary<string, EmailStatus[]>(StringComparer.OrdinalIgnoreCase)
        {
            ["queued"] = [EmailStatus.Queued],
            ["processing"] = [EmailStatus.Queued],
            ["rendered"] = [EmailStatus.Processed],
            // The documented set has no word for deferred, so "sending" finds it too.
            ["sending"] = [EmailStatus.Delivering, EmailStatus.Deferred],
            ["deferred"] = [EmailStatus.Deferred],
            ["sent"] = [EmailStatus.Delivered],
            ["delivered"] = [EmailStatus.Delivered],
            ["bounced"] = [EmailStatus.Bounced],
            ["failed"] = [EmailStatus.Failed, EmailStatus.Dropped],
            ["cancelled"] = [EmailStatus.Cancelled],
            [Sandbox] = [],
        };

    /// <summary>The word for one email. A queued email that is in flight is with a renderer.</summary>
    public static string Of(EmailStatus state, EmailLane lane) =>
        state switch
        {
            EmailStatus.Queued when lane == EmailLane.InFlight => "processing",
            EmailStatus.Queued => "queued",
            EmailStatus.Processed => "rendered",
            EmailStatus.Delivering => "sending",
            EmailStatus.Delivered => "delivered",
            EmailStatus.Deferred => "deferred",
            EmailStatus.Bounced => "bounced",
            EmailStatus.Failed or EmailStatus.Dropped => "failed",
            EmailStatus.Cancelled => "cancelled",
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state"),
        };

    /// <summary>The word for a message: its only email's, or of several the one that still has the longest way to go, then the worst end.</summary>
    public static string OfMessage(bool isSandbox, IReadOnlyCollection<(EmailStatus State, EmailLane Lane)> emails)
    {
        if (isSandbox)
            return Sandbox;
        if (emails.Count == 0)
            return "queued";
        var (state, lane) = emails.MinBy(e => Array.IndexOf(Ordered, e.State));
        return Of(state, lane);
    }

    /// <summary>The longest way to go first, then the worst end.</summary>
    internal static IReadOnlyList<EmailStatus> Order => Ordered;

    private static readonly EmailStatus[] Ordered =
    [
        EmailStatus.Queued,
        EmailStatus.Processed,
        EmailStatus.Delivering,
        EmailStatus.Deferred,
        EmailStatus.Failed,
        EmailStatus.Dropped,
        EmailStatus.Bounced,
        EmailStatus.Cancelled,
        EmailStatus.Delivered,
    ];
}
