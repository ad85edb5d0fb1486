namespace ScaiSend.Platform.Storage.Queue;

/// <summary>A part of the queue.</summary>
/// <param name="Next">Where the next page begins; null at the queue's end. A page may be short, even empty, and not the last: then its time was up.</param>
public sealed record QueuePart(IReadOnlyList<QueueEmail> Emails, QueuePosition? Next);

/// <summary>Lists the queue page by page.</summary>
public sealed class QueuePage(QueueWalk walk)
{
    /// <summary>Most emails of one page.</summary>
    public const int MaxEmails = 500;

    public async Task<QueuePart> ReadAsync(
        QueueFilter filter,
        QueuePosition from,
        int limit,
        TimeSpan timeLimit,
        CancellationToken cancellationToken
    )
    {
        var (emails, started) = (new List<QueueEmail>(), TimeProvider.System.GetTimestamp());
        await foreach (var step in walk.FromAsync(filter, from, withProvider: true, cancellationToken))
        {
            emails.AddRange(step.Emails.Take(limit - emails.Count + 1));
            if (emails.Count > limit)
            {
                emails.RemoveAt(limit);
                var last = emails[^1];
                return new QueuePart(emails, new QueuePosition(last.TenantId, last.MessageId, last.EmailId));
            }
            if (TimeProvider.System.GetElapsedTime(started) > timeLimit)
                return new QueuePart(emails, step.At);
        }
        return new QueuePart(emails, null);
    }
}
