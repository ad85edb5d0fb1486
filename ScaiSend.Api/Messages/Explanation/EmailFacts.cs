using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>All that is stored about one email, and what follows from it at once. Nothing here is guessed: what is not stored is null.</summary>
/// <param name="Events">In order.</param>
/// <param name="Attempts">In order; one that is being made has no row yet.</param>
public sealed record EmailFacts(
    Message Message,
    Email Email,
    IReadOnlyList<EmailEvent> Events,
    IReadOnlyList<EmailAttempt> Attempts,
    DateTimeOffset Now
)
{
    // The width of the columns.
    private const int MaxReply = 1000;

    /// <summary>Its batch, if it has one that is still known.</summary>
    public MailBatch? Batch { get; init; }

    /// <summary>The lists that its recipient is on now.</summary>
    public IReadOnlyList<Suppression> Suppressions { get; init; } = [];

    /// <summary>Suspensions in force now, of whatever provider.</summary>
    public IReadOnlyList<Suspension> Suspensions { get; init; } = [];

    /// <summary>Whether the tenant has so much mail in flight that waiting mail is not taken up; null: nobody has looked.</summary>
    public bool? IsWindowFull { get; init; }

    public MessageSettings Settings { get; } = MessageSettings.Read(Message.Settings);

    public bool IsErased => Email.Recipient == Erased.Address;

    public bool HasEnded => Email.State.IsEnded();

    public bool IsDue => Email.DueAt is not { } due || due <= Now;

    /// <summary>Whether a stage has it, and its time is not up.</summary>
    public bool HasLease => Email.Lane == EmailLane.InFlight && !IsDue;

    /// <summary>Whether the next thing that happens to it is done by the waker.</summary>
    public bool IsInNobodysHands => !HasEnded && !HasLease;

    public bool IsDueAtDeadline => Email.DueAt >= Email.DeadlineAt;

    public EmailAttempt? LastAttempt => Attempts.Count > 0 ? Attempts[^1] : null;

    /// <summary>The last attempt that knew a way to the recipient.</summary>
    public EmailAttempt? LastRouted => Attempts.LastOrDefault(a => a.Provider is not null);

    /// <summary>Whether an attempt's refusal was the end.</summary>
    public bool WasRefused => Attempts.Any(a => a.Outcome == "bounce");

    /// <summary>The last event that ended it as bounced, with what it tells.</summary>
    public (EmailEvent Event, ToldData Told)? Bounce =>
        Events.LastOrDefault(e => e.Type is EventTypes.Bounce or EventTypes.Blocked) is { } bounce
            ? (bounce, ToldData.Read(bounce.Data))
            : null;

    /// <summary>Why it was dropped or has failed, in the words that were stored.</summary>
    public string? DropReason => Events.LastOrDefault(e => e.Type == EventTypes.Dropped)?.Reason ?? (HasEnded ? Email.LastReply : null);

    /// <summary>What it waits for, when it was put off for its destination's sake since the last attempt; null when it was not.</summary>
    public string? HeldBackFor => !HasEnded && Email.LastReply is { } reason && Attempts.All(a => WordsOf(a) != reason) ? reason : null;

    /// <summary>Suspensions that keep its mail back now.</summary>
    public IEnumerable<Suspension> SuspensionsOfIt =>
        Suspensions.Where(s =>
            s.IsActiveAt(Now)
            && (
                LastRouted is { Provider: { } provider, Source: var source } && s.Covers(provider, source)
                || RecordedWords.IsSuspensionOf(HeldBackFor, s.Provider)
            )
        );

    /// <summary>Whether the address is on the list, and was when the email ended.</summary>
    public bool WasListed(SuppressionList list, int group = 0) => Entry(list, group) is { } entry && entry.CreatedAt <= Email.EndedAt;

    /// <summary>The address's place on a list now.</summary>
    public Suppression? Entry(SuppressionList list, int group = 0) =>
        Suppressions.FirstOrDefault(s => s.List == list && s.GroupId == group);

    /// <summary>An attempt's answer as the email's row has it.</summary>
    public static string WordsOf(EmailAttempt attempt)
    {
        var words = attempt.ReplyCode is { } code ? $"{code} {attempt.Reply}" : attempt.Reply;
        return words.Length > MaxReply ? words[..MaxReply] : words;
    }
}
