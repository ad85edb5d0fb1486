using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Product;

/// <summary>Emails by state, and the events and attempts that they claim beside those that are stored.</summary>
public sealed record LedgerTotals(
    IReadOnlyDictionary<int, long> States,
    long EventsClaimed,
    long EventsStored,
    long AttemptsClaimed,
    long AttemptsStored
)
{
    private const int DeliveredState = 6;

    public long Emails => States.Values.Sum();

    public long Delivered => States.GetValueOrDefault(DeliveredState);

    /// <summary>Ends the run unless every email was delivered with its whole story stored.</summary>
    public void MustAllBeDelivered(long count)
    {
        if (Delivered != count || Emails != count)
            throw new BenchException(
                $"{count} accepted, but the database has {string.Join(", ", States.Select(s => $"{s.Value} in state {s.Key}"))}"
            );
        // At least: processed and delivered, and the attempt that delivered.
        if (EventsStored != EventsClaimed || EventsStored < 2 * count || AttemptsStored != AttemptsClaimed || AttemptsStored < count)
        {
            throw new BenchException(
                $"{count} delivered, but {EventsStored} events (emails claim {EventsClaimed}) and {AttemptsStored} attempts (emails claim {AttemptsClaimed})"
            );
        }
    }
}
