using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Platform.Telemetry;

/// <summary>What a look at the queue found.</summary>
/// <param name="Emails">Emails that have not ended, by lane; each counted up to <see cref="QueueLook.MostCounted"/>.</param>
/// <param name="Due">Those of them that wait and are due now.</param>
/// <param name="Overdue">Those whose due time is longer ago than <see cref="QueueLook.OverdueAfter"/>.</param>
/// <param name="DueSince">How long the earliest of a lane has been due; zero when none is.</param>
/// <param name="AgeByProvider">How long ago the oldest deferred email began its way, by the provider that its last attempt went to.</param>
/// <param name="NearDeadline">Deferred emails that will be given up within <see cref="QueueLook.Near"/>.</param>
/// <param name="Suspended">Destinations that get no mail now, by provider.</param>
/// <param name="WebhookLag">How long the event that is due first has been due, of endpoints that work and of endpoints that fail.</param>
/// <param name="Ledger">What became of the emails whose messages were compared, by how long after acceptance.</param>
public sealed record QueueReading(
    IReadOnlyDictionary<EmailLane, long> Emails,
    long Due,
    IReadOnlyDictionary<EmailLane, long> Overdue,
    IReadOnlyDictionary<EmailLane, TimeSpan> DueSince,
    IReadOnlyDictionary<string, TimeSpan> AgeByProvider,
    long NearDeadline,
    IReadOnlyDictionary<string, int> Suspended,
    IReadOnlyDictionary<string, TimeSpan> WebhookLag,
    IReadOnlyDictionary<string, LedgerSums> Ledger
);

/// <summary>A tenant's emails of one lane, that have not ended.</summary>
/// <param name="Due">Those that wait and are due now.</param>
/// <param name="Overdue">Those whose due time is longer ago than <see cref="QueueLook.OverdueAfter"/>.</param>
/// <param name="First">The earliest due time.</param>
public sealed record TenantLane(Guid TenantId, EmailLane Lane, long Emails, long Due, long Overdue, DateTimeOffset First);

/// <summary>One side of the ledger and the other, since the process started.</summary>
/// <param name="Accepted">Recipients that the stored requests name.</param>
/// <param name="Ended">Rows that are at an end state.</param>
/// <param name="Open">Rows that are not, and that something will move.</param>
public sealed record LedgerSums(long Accepted, long Ended, long Open)
{
    /// <summary>Nothing.</summary>
    public static LedgerSums None { get; } = new(0, 0, 0);

    /// <summary>Emails that were promised and that nobody answers for.</summary>
    public long Difference => Accepted - Ended - Open;

    public static LedgerSums operator +(LedgerSums one, LedgerSums other) =>
        new(one.Accepted + other.Accepted, one.Ended + other.Ended, one.Open + other.Open);
}
