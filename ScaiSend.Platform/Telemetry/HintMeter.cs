using System.Diagnostics.Metrics;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Telemetry;

/// <summary>What hints tell the meter <c>ScaiSend</c>: how many emails were named to which stage, and how many hints were lost before the broker had them.</summary>
public sealed class HintMeter
{
    private readonly Counter<long> _published;
    private readonly Counter<long> _dropped;

    public HintMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Meters.Name);
        _published = meter.CreateCounter<long>("scaisend.hints.published", "{email}", "Emails that a published hint named");
        _dropped = meter.CreateCounter<long>(
            "scaisend.hints.dropped",
            "{email}",
            "Emails whose hint was given up; the waker brings them back when their leases end"
        );
        // A counter that is there before it counts shows its first step, too.
        Published<EmailsQueued>(0);
        Published<EmailsProcessed>(0);
        NotTaken<EmailsQueued>(0);
        NotTaken<EmailsProcessed>(0);
    }

    /// <typeparam name="TMessage">The hint.</typeparam>
    public void Published<TMessage>(int emails) => _published.Add(emails, Stage(typeof(TMessage) == typeof(EmailsQueued)));

    /// <typeparam name="TMessage">The hint.</typeparam>
    public void NotTaken<TMessage>(int emails) =>
        _dropped.Add(emails, Stage(typeof(TMessage) == typeof(EmailsQueued)), new KeyValuePair<string, object?>("reason", "broker"));

    /// <typeparam name="T">What the hint names.</typeparam>
    public void TooMany<T>(int emails) =>
        _dropped.Add(emails, Stage(typeof(T) == typeof(QueuedEmail)), new KeyValuePair<string, object?>("reason", "full"));

    private static KeyValuePair<string, object?> Stage(bool isRenderer) => new("stage", isRenderer ? "render" : "deliver");
}
