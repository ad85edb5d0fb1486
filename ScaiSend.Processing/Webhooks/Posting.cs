using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Processing.Webhooks;

/// <summary>One POST that is to be made.</summary>
internal sealed record Posting(IReadOnlyList<OwedEvent> Events, WebhookBody Body)
{
    // SendGrid's limit.
    private const int LargestBatch = 768 * 1024;

    /// <summary>Most events in a batch.</summary>
    public const int MostEvents = 1000;

    /// <summary>1 for the first try of its events; in a batch, of the one that was tried most often.</summary>
    public int Attempt => Events.Max(e => e.Attempts) + 1;

    /// <summary>The POSTs that carry these events to an endpoint of this kind.</summary>
    public static IEnumerable<Posting> For(WebhookKind kind, IReadOnlyList<OwedEvent> owed) =>
        kind == WebhookKind.Single ? owed.Select(e => new Posting([e], WebhookBody.Of(kind, [e.Event]))) : Batches(owed);

    private static IEnumerable<Posting> Batches(IReadOnlyList<OwedEvent> owed)
    {
        var (events, written, size) = (new List<OwedEvent>(), new List<byte[]>(), 0);
        foreach (var one in owed)
        {
            var bytes = SendGridEvent.Write(one.Event);
            if (events.Count == MostEvents || (events.Count > 0 && size + bytes.Length > LargestBatch))
            {
                yield return new Posting(events, WebhookBody.Of(written));
                (events, written, size) = ([], [], 0);
            }
            events.Add(one);
            written.Add(bytes);
            size += bytes.Length + 3;
        }
        if (events.Count > 0)
            yield return new Posting(events, WebhookBody.Of(written));
    }
}
