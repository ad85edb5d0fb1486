using System.Diagnostics;
using System.Diagnostics.Metrics;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Sagas.Emails;

/// <summary>What committed transitions tell the meter <c>ScaiSend</c>: events, attempts, ends, and how long delivered mail took.</summary>
public sealed class SagaMeter
{
    private readonly Labels _labels;
    private readonly Counter<long> _events;
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _attemptDuration;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _delivery;

    public SagaMeter(IMeterFactory meters, Labels labels)
    {
        _labels = labels;
        var meter = meters.Create(Meters.Name);
        _events = meter.CreateCounter<long>("scaisend.events", "{event}", "Events that were written");
        _attempts = meter.CreateCounter<long>("scaisend.attempts", "{attempt}", "Attempts that ended");
        _attemptDuration = meter.CreateHistogram("scaisend.attempt.duration", "s", "Of an attempt", tags: null, Meters.Conversation);
        _ended = meter.CreateCounter<long>("scaisend.emails.ended", "{email}", "Emails that came to an end state");
        _delivery = meter.CreateHistogram(
            "scaisend.delivery.duration",
            "s",
            "From acceptance (or send_at) to the 250 of the receiver",
            tags: null,
            Meters.Life
        );
        foreach (var type in EventTypes.All)
            _events.Add(0, new KeyValuePair<string, object?>("type", type));
    }

    /// <summary>The transition is committed. What is simulated says nothing about real mail.</summary>
    public void Committed(EmailState saga)
    {
        if (saga.IsSimulated)
            return;
        foreach (var one in saga.NewEvents)
            _events.Add(1, new KeyValuePair<string, object?>("type", one.Type));
        string? provider = null;
        foreach (var attempt in saga.NewAttempts)
        {
            provider = attempt.Provider;
            var (at, outcome) = (ProviderLabel(provider), new KeyValuePair<string, object?>("outcome", attempt.Outcome));
            _attempts.Add(1, at, outcome);
            _attemptDuration.Record(attempt.DurationMs / 1000.0, at);
        }
        if (saga.IsEnding)
            Ended(saga, provider);
    }

    private void Ended(EmailState saga, string? provider)
    {
        var tags = new TagList { { "state", Word(saga.Status) }, ProviderLabel(provider) };
        _labels.AddTenant(ref tags, saga.TenantId);
        _ended.Add(1, tags);
        if (saga is { Status: EmailStatus.Delivered, EndedAt: { } endedAt })
            _delivery.Record((endedAt - saga.StartsAt).TotalSeconds, ProviderLabel(provider));
    }

    private KeyValuePair<string, object?> ProviderLabel(string? provider) => new("provider", _labels.Provider(provider));

    private static string Word(EmailStatus end) =>
        end switch
        {
            EmailStatus.Delivered => "delivered",
            EmailStatus.Bounced => "bounced",
            EmailStatus.Failed => "failed",
            EmailStatus.Cancelled => "cancelled",
            EmailStatus.Dropped => "dropped",
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, "No end state"),
        };
}
