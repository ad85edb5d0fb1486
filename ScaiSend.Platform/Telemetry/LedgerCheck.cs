using System.Data.Common;
using ScaiSend.Contracts;

namespace ScaiSend.Platform.Telemetry;

/// <summary>
/// Compares what was promised with what there is: the recipients that stored requests name, with the rows that answer for them. Walks behind acceptance at two
/// distances, a bounded number of messages at a time; where more were accepted than that, it is a sample.
/// </summary>
public sealed class LedgerCheck(TimeProvider time)
{
    /// <summary>Messages that are compared at once, at each distance.</summary>
    public const int MostMessages = 1000;

    /// <summary>How long after acceptance messages are compared. The first finds what was never written; the second, what was lost since.</summary>
    public static readonly IReadOnlyList<(string Name, TimeSpan After)> Distances =
    [
        ("2m", TimeSpan.FromMinutes(2)),
        ("20h", TimeSpan.FromHours(20)),
    ];

    private readonly Dictionary<string, Guid> _at = Distances.ToDictionary(d => d.Name, d => Ids.FirstOf(time.GetUtcNow() - d.After));
    private readonly Dictionary<string, LedgerSums> _sums = Distances.ToDictionary(d => d.Name, _ => new LedgerSums(0, 0, 0));

    /// <summary>The sums since the process started, after one more step.</summary>
    public async Task<IReadOnlyDictionary<string, LedgerSums>> StepAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        foreach (var (name, after) in Distances)
        {
            var upTo = Ids.FirstOf(time.GetUtcNow() - after);
            var compared = await LedgerComparison.CompareAsync(
                connection,
                _at[name],
                upTo,
                MostMessages,
                isNewestFirst: false,
                cancellationToken
            );
            foreach (var message in compared.Messages)
                _sums[name] += message.Sums;
            _at[name] = upTo;
        }
        return new Dictionary<string, LedgerSums>(_sums);
    }
}
