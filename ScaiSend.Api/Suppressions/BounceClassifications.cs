using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Emails;
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
            var key = (DateOnly.FromDateTime(entry.CreatedAt.UtcDateTime), NameOf(entry.Status, entry.BounceType));
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

    /// <summary>SendGrid's name for a reason, from the second digit of its RFC 3463 code.</summary>
    public static string NameOf(string? status, BounceClass? bounceClass) =>
        status?.Split('.') switch
        {
            [_, "1", _] => "Invalid Address",
            [_, "2", _] => "Mailbox Unavailable",
            [_, "3" or "4" or "5", _] => "Technical Failure",
            [_, "6", _] => "Content",
            [_, "7", _] => "Reputation",
            _ when bounceClass == BounceClass.Hard => "Invalid Address",
            _ => "Unclassified",
        };
}
