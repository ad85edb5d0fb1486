using System.Diagnostics;
using System.Diagnostics.Metrics;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Processing;

/// <summary>What the renderer tells the meter <c>ScaiSend</c>, and its span of a message's trace.</summary>
public sealed class RenderMeter(IMeterFactory meters, MessageTraces traces, TimeProvider time)
{
    private static readonly KeyValuePair<string, object?> Rendering = new("outcome", "rendered");
    private static readonly KeyValuePair<string, object?> Failure = new("outcome", "failed");

    private readonly Histogram<double> _duration = meters
        .Create(Meters.Name)
        .CreateHistogram("scaisend.render.duration", "s", "Of the rendering of one email", tags: null, Meters.Short);

    /// <summary>The moment from which the duration counts.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>One email was rendered, or cannot be.</summary>
    public void Rendered(QueuedEmail email, bool isRendered, long begun)
    {
        var took = time.GetElapsedTime(begun);
        var outcome = isRendered ? Rendering : Failure;
        _duration.Record(took.TotalSeconds, outcome);
        if (traces.Has(email.MessageId))
            MessageTraces.Tell(
                "render",
                ActivityKind.Consumer,
                email.MessageId,
                time.GetUtcNow() - took,
                took,
                [new("scaisend.email_id", Ids.Show(Ids.Email, email.EmailId)), new("scaisend.outcome", outcome.Value)]
            );
    }
}
