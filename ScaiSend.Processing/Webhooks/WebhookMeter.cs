using System.Diagnostics;
using System.Diagnostics.Metrics;
using ScaiSend.Contracts;
using ScaiSend.Platform.Telemetry;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.Processing.Webhooks;

/// <summary>What POSTs to webhooks tell the meter <c>ScaiSend</c>, and their spans: one of the POST, and one in the trace of each message that it tells of.</summary>
internal sealed class WebhookMeter
{
    // A batch may carry a thousand events; spans link to so many of its messages.
    private const int MostLinks = 32;

    private static readonly string[] Outcomes = ["success", "no_answer", "redirect", "refused", "error", "broken_off"];

    private readonly MessageTraces _traces;
    private readonly Counter<long> _posts;
    private readonly Counter<long> _events;
    private readonly Histogram<double> _duration;

    public WebhookMeter(IMeterFactory meters, MessageTraces traces)
    {
        _traces = traces;
        var meter = meters.Create(Meters.Name);
        _posts = meter.CreateCounter<long>("scaisend.webhooks.posts", "{post}", "POSTs to webhooks");
        _events = meter.CreateCounter<long>("scaisend.webhooks.events", "{event}", "Events in POSTs that their receivers took");
        _duration = meter.CreateHistogram("scaisend.webhooks.post.duration", "s", "Of a POST", tags: null, Meters.Conversation);
        foreach (var outcome in Outcomes)
            _posts.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        _events.Add(0);
    }

    /// <summary>A POST has ended.</summary>
    public void Posted(PostResult result)
    {
        var outcome = Word(result.Answer);
        _posts.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _duration.Record(result.Answer.Duration.TotalSeconds);
        if (result.Answer.IsSuccess)
            _events.Add(result.Events.Count);
        var told = result.Events.Where(e => _traces.Has(e.Event.MessageId)).ToLookup(e => e.Event.MessageId, e => e.Event.Type);
        if (told.Count > 0)
            Tell(result, outcome, told);
    }

    // The POST's own trace has the id of the POST, which its receiver knows, too.
    private static void Tell(PostResult result, string outcome, ILookup<Guid, string> told)
    {
        List<KeyValuePair<string, object?>> tags =
        [
            new("scaisend.webhook_id", Ids.Show(Ids.Webhook, result.EndpointId)),
            new("scaisend.post_id", Ids.Show(Ids.WebhookPost, result.PostId)),
            new("scaisend.outcome", outcome),
            new("http.response.status_code", result.Answer.Status),
            new("scaisend.try", result.Attempt),
        ];
        var links = new List<ActivityLink>();
        foreach (var message in told)
        {
            var types = new KeyValuePair<string, object?>("scaisend.event_types", string.Join(',', message.Distinct()));
            var span = Tell("webhook", message.Key, result, tags.Append(types));
            if (links.Count < MostLinks)
                links.Add(new ActivityLink(span));
        }
        Tell("webhook post", result.PostId, result, tags.Append(new("scaisend.events", result.Events.Count)), links);
    }

    private static ActivityContext Tell(
        string name,
        Guid id,
        PostResult result,
        IEnumerable<KeyValuePair<string, object?>> tags,
        IEnumerable<ActivityLink>? links = null
    ) => MessageTraces.Tell(name, ActivityKind.Client, id, result.At, result.Answer.Duration, tags, links);

    private static string Word(WebhookAnswer answer) =>
        answer switch
        {
            { IsSuccess: true } => "success",
            { Status: null } => "no_answer",
            { Status: >= 300 and < 400 } => "redirect",
            { Status: >= 400 and < 500 } => "refused",
            { Status: >= 500 } => "error",
            _ => "broken_off",
        };
}
