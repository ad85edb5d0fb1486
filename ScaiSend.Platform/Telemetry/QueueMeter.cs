using System.Diagnostics.Metrics;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Platform.Telemetry;

/// <summary>Shows the meter <c>ScaiSend</c> the last reading of the queue. A scrape asks no database; without a reading that is fresh enough there is nothing to show.</summary>
public sealed class QueueMeter
{
    private readonly TimeProvider _clock = TimeProvider.System;
    private volatile Shown? _shown;

    public QueueMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Meters.Name);
        Gauge("scaisend.queue.emails", "{email}", "Emails that have not ended, each lane counted up to 200,000", r => ByLane(r.Emails));
        Gauge("scaisend.queue.due", "{email}", "Emails that wait and are due", r => [new(r.Due)]);
        Gauge("scaisend.queue.overdue", "{email}", "Emails whose due time was over a minute ago", r => ByLane(r.Overdue));
        GaugeOfSeconds("scaisend.queue.due_age", "How long the earliest email has been due", r => ByLane(r.DueSince));
        GaugeOfSeconds(
            "scaisend.queue.age",
            "Age of the oldest deferred email",
            r => By("provider", r.AgeByProvider).DefaultIfEmpty(new(0, Nobody))
        );
        Gauge("scaisend.queue.near_deadline", "{email}", "Deferred emails with less than six hours left", r => [new(r.NearDeadline)]);
        Gauge(
            "scaisend.destinations.suspended",
            "{destination}",
            "Destinations that get no mail now",
            r => r.Suspended.Select(s => new Measurement<long>(s.Value, Label("provider", s.Key))).DefaultIfEmpty(new(0, Nobody))
        );
        GaugeOfSeconds("scaisend.webhooks.lag", "How long the event to be told first has been due", r => By("endpoints", r.WebhookLag));
        Gauge(
            "scaisend.ledger.difference",
            "{email}",
            "Accepted emails that neither ended nor wait, of the messages compared since the start",
            r => r.Ledger.Select(l => new Measurement<long>(l.Value.Difference, Label("after", l.Key)))
        );
        meter.CreateObservableCounter(
            "scaisend.ledger.compared",
            () => Fresh?.Reading.Ledger.Select(l => new Measurement<long>(l.Value.Accepted, Label("after", l.Key))) ?? [],
            "{email}",
            "Accepted emails that were compared"
        );
        meter.CreateObservableGauge(
            "scaisend.queue.reading.duration",
            () => Fresh is { } shown ? [new Measurement<double>(shown.Took.TotalSeconds)] : Array.Empty<Measurement<double>>(),
            "s",
            "How long the last reading of the queue took"
        );

        void Gauge(string name, string unit, string says, Func<QueueReading, IEnumerable<Measurement<long>>> of) =>
            meter.CreateObservableGauge(name, () => Fresh is { } shown ? of(shown.Reading) : [], unit, says);

        void GaugeOfSeconds(string name, string says, Func<QueueReading, IEnumerable<Measurement<double>>> of) =>
            meter.CreateObservableGauge(name, () => Fresh is { } shown ? of(shown.Reading) : [], "s", says);
    }

    /// <summary>From now on this is shown, for as long as <paramref name="lasts"/>.</summary>
    public void Show(QueueReading reading, TimeSpan took, TimeSpan lasts) =>
        _shown = new Shown(reading, took, _clock.GetTimestamp(), lasts);

    // Shown while there is none, so that a rule about it always has something to compare.
    private static KeyValuePair<string, object?> Nobody => Label("provider", Labels.None);

    private Shown? Fresh => _shown is { } shown && _clock.GetElapsedTime(shown.At) <= shown.Lasts ? shown : null;

    private static IEnumerable<Measurement<long>> ByLane(IReadOnlyDictionary<EmailLane, long> values) =>
        values.Select(v => new Measurement<long>(v.Value, Label("lane", Word(v.Key))));

    private static IEnumerable<Measurement<double>> ByLane(IReadOnlyDictionary<EmailLane, TimeSpan> values) =>
        values.Select(v => new Measurement<double>(v.Value.TotalSeconds, Label("lane", Word(v.Key))));

    private static IEnumerable<Measurement<double>> By(string label, IReadOnlyDictionary<string, TimeSpan> values) =>
        values.Select(v => new Measurement<double>(v.Value.TotalSeconds, Label(label, v.Key)));

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    /// <summary>What a lane is called in labels.</summary>
    public static string Word(EmailLane lane) =>
        lane switch
        {
            EmailLane.Ended => "ended",
            EmailLane.Waiting => "waiting",
            EmailLane.InFlight => "in_flight",
            EmailLane.Held => "held",
            _ => throw new ArgumentOutOfRangeException(nameof(lane)),
        };

    private sealed record Shown(QueueReading Reading, TimeSpan Took, long At, TimeSpan Lasts);
}
