using ScaiSend.Benchmarks.Product;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>What became of every promise.</summary>
/// <param name="Lost">Promised with a 202, and not in the database, not ended, or called delivered without having arrived.</param>
/// <param name="Stray">Arrived without being in the database, or called delivered there without arriving and without a 202: must not be either.</param>
/// <param name="Twice">Arrived more than once.</param>
public sealed record CrashVerdict(
    int Accepted,
    int Delivered,
    int EndedOtherwise,
    int StoredWithoutAnswer,
    IReadOnlyList<string> Lost,
    IReadOnlyList<string> Stray,
    IReadOnlyList<SentTwice> Twice
)
{
    // From a receiver's 250 to our commit under full load; a kill later than this after a 250 does not explain a second one.
    private static readonly TimeSpan CommitTime = TimeSpan.FromSeconds(1);

    public IEnumerable<SentTwice> Unexplained => Twice.Where(twice => twice.ExplainedBy is null);

    /// <summary>Compares what the sender, the database and the receiver know.</summary>
    public static CrashVerdict Of(
        ClientLog log,
        IReadOnlyList<LedgerEmail> emails,
        IReadOnlyCollection<Receipt> receipts,
        IReadOnlyList<Kill> kills
    )
    {
        var stored = emails.ToDictionary(email => email.Recipient);
        var received = receipts.ToLookup(receipt => receipt.Recipient);
        return new CrashVerdict(
            log.Promised.Count,
            log.Promised.Keys.Count(recipient => stored.TryGetValue(recipient, out var email) && email.IsDelivered),
            log.Promised.Keys.Count(recipient =>
                stored.TryGetValue(recipient, out var email) && email is { IsEnded: true, IsDelivered: false }
            ),
            emails.Count(email => !log.Promised.ContainsKey(email.Recipient)),
            [.. log.Promised.Keys.Where(recipient => IsLost(stored.GetValueOrDefault(recipient), received[recipient].Any()))],
            [
                .. received.Select(group => group.Key).Where(recipient => !stored.ContainsKey(recipient)),
                .. emails
                    .Where(email => !log.Promised.ContainsKey(email.Recipient) && IsLost(email, received[email.Recipient].Any()))
                    .Select(email => email.Recipient),
            ],
            [.. received.Where(group => group.Count() > 1).Select(group => Explain(group, stored.GetValueOrDefault(group.Key), kills))]
        );
    }

    private static bool IsLost(LedgerEmail? email, bool hasArrived) => email is not { IsEnded: true } || (email.IsDelivered && !hasArrived);

    /// <summary>
    /// A second copy is explained when something that commits died right after the first 250 (or the database was away then), and the
    /// database shows no commit from before that: 250 and commit were cut apart. Each further copy needs its own kill.
    /// </summary>
    private static SentTwice Explain(IGrouping<string, Receipt> copies, LedgerEmail? email, IReadOnlyList<Kill> kills)
    {
        var at = copies.Select(copy => copy.At).Order().ToArray();
        var causes = at[..^1].Select(first => kills.FirstOrDefault(kill => Cuts(kill, first, email))).ToArray();
        var text = causes.All(cause => cause is not null)
            ? string.Join(", ", causes.Select(cause => $"{cause!.Victim} in round {cause.Round}"))
            : null;
        return new SentTwice(copies.Key, at, copies.Select(copy => copy.MessageId).Distinct().Count() == 1, email?.EndedAt, text);
    }

    private static bool Cuts(Kill kill, DateTimeOffset taken, LedgerEmail? email) =>
        kill.CutsCommits
        && taken >= kill.At - CommitTime
        && taken <= (kill.Victim == "mariadb" ? kill.BackAt : kill.At) + CommitTime
        && !(email is { IsDelivered: true } && email.EndedAt < kill.At - CommitTime);
}
