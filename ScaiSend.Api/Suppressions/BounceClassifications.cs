using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>How many entries of one day are of one kind.</summary>
public sealed record ClassifiedBounces(DateOnly Day, string Classification, int Count);

/// <summary>Counts what stands on the lists of bounces, blocks and invalid emails, by day and by SendGrid's classification.</summary>
public sealed class BounceClassifications(MailDatabase database)
{
    /// <summary>Days of which something is known, the earliest first; in a day the most frequent first.</summary>
    public async Task<IReadOnlyList<ClassifiedBounces>> CountAsync(
        Guid tenantId,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        await using var db = database.For(tenantId);
        var counted = new Dictionary<(DateOnly Day, string Classification), int>();
        var entries = db
            .Suppressions.Where(s =>
                (s.List == SuppressionList.Bounces || s.List == SuppressionList.Blocks || s.List == SuppressionList.InvalidEmails)
                && s.GroupId == 0
                && s.CreatedAt >= from
                && s.CreatedAt < until
            )
            .Select(s => new
            {
                s.CreatedAt,
                s.Status,
                s.BounceType,
            })
            .AsAsyncEnumerable();
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            var key = (DateOnly.FromDateTime(entry.CreatedAt.UtcDateTime), BounceClassification.NameOf(entry.Status, entry.BounceType));
            counted[key] = counted.GetValueOrDefault(key) + 1;
        }
        return
        [
            .. counted
                .Select(it => new ClassifiedBounces(it.Key.Day, it.Key.Classification, it.Value))
                .OrderBy(it => it.Day)
                .ThenByDescending(it => it.Count)
                .ThenBy(it => it.Classification, StringComparer.Ordinal),
        ];
    }
}
