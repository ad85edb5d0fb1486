using ScaiSend.Contracts;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>How many emails an action would change.</summary>
/// <param name="BeingSent">How many it would be for, were they not being sent right now.</param>
/// <param name="IsComplete">False when the time was up before the queue's end: then there are more.</param>
public sealed record QueuePreview(long Count, long BeingSent, bool IsComplete);

/// <summary>How many emails share these values; null for what was not asked or is not known.</summary>
public sealed record QueueGroup(string? Tenant, string? Provider, string? State, string? Domain, bool? Held, long Count)
{
    /// <summary>When the first of them is due, or was; null when none waits for a time.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>All groups, the largest first.</summary>
/// <param name="IsComplete">False when the time was up before the queue's end: then there are more.</param>
public sealed record QueueGroups(IReadOnlyList<QueueGroup> Groups, long Total, bool IsComplete);

/// <summary>Counts emails of the queue, for as long as it is given.</summary>
public sealed class QueueCount(QueueWalk walk, TimeProvider time)
{
    /// <summary>What groups may be made by.</summary>
    public static readonly IReadOnlyList<string> Keys = ["tenant", "provider", "state", "domain", "held"];

    /// <summary>Most groups that are kept apart; the rest counts in the total only.</summary>
    public const int MaxGroups = 10_000;

    public async Task<QueuePreview> PreviewAsync(
        QueueAction action,
        QueueFilter filter,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var (count, beingSent, now, started) = (0L, 0L, time.GetUtcNow(), TimeProvider.System.GetTimestamp());
        await foreach (var step in walk.FromAsync(filter, default, withProvider: false, cancellationToken))
        {
            var emails = step.Emails.Where(e => e.CreatedAt <= now).ToList();
            count += emails.Count(e => action.Takes(e, filter, now));
            beingSent += emails.Count(e => action.Misses(e));
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                return new QueuePreview(count, beingSent, false);
        }
        return new QueuePreview(count, beingSent, true);
    }

    public async Task<QueueGroups> GroupAsync(
        QueueFilter filter,
        IReadOnlyCollection<string> by,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var (groups, total, started) = (new Dictionary<QueueGroup, Sum>(), 0L, TimeProvider.System.GetTimestamp());
        var isComplete = true;
        await foreach (var step in walk.FromAsync(filter, default, by.Contains("provider"), cancellationToken))
        {
            total += step.Emails.Count;
            foreach (var group in step.Emails.GroupBy(e => GroupOf(e, by)))
            {
                if (groups.Count < MaxGroups || groups.ContainsKey(group.Key))
                    groups[group.Key] = groups.GetValueOrDefault(group.Key).With(group);
            }
            isComplete = TimeProvider.System.GetElapsedTime(started) <= limit;
            if (!isComplete)
                break;
        }
        return new QueueGroups(
            [.. groups.OrderByDescending(g => g.Value.Count).Select(g => g.Key with { Count = g.Value.Count, DueAt = g.Value.DueAt })],
            total,
            isComplete
        );
    }

    private readonly record struct Sum(long Count, DateTimeOffset? DueAt)
    {
        public Sum With(IEnumerable<QueueEmail> emails) =>
            new(Count + emails.Count(), emails.Select(e => (DateTimeOffset?)e.DueAt).Append(DueAt).Min());
    }

    private static QueueGroup GroupOf(QueueEmail email, IReadOnlyCollection<string> by) =>
        new(
            by.Contains("tenant") ? Ids.Show(Ids.Tenant, email.TenantId) : null,
            by.Contains("provider") ? email.Provider : null,
            by.Contains("state") ? email.State.ToString().ToLowerInvariant() : null,
            by.Contains("domain") ? email.Domain : null,
            by.Contains("held") ? email.IsHeld : null,
            0
        );
}
