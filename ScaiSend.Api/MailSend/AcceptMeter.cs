using System.Diagnostics;
using System.Diagnostics.Metrics;
using ScaiSend.Contracts;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Api.MailSend;

/// <summary>What acceptance tells the meter <c>ScaiSend</c>, and the first span of each message's trace.</summary>
public sealed class AcceptMeter
{
    // A request's span names so many of its messages.
    private const int MostNamed = 10;

    private readonly MessageTraces _traces;
    private readonly Labels _labels;
    private readonly TimeProvider _time;
    private readonly Counter<long> _accepted;
    private readonly Histogram<double> _duration;

    public AcceptMeter(IMeterFactory meters, MessageTraces traces, Labels labels, TimeProvider time)
    {
        (_traces, _labels, _time) = (traces, labels, time);
        var meter = meters.Create(Meters.Name);
        _accepted = meter.CreateCounter<long>("scaisend.emails.accepted", "{email}", "Emails that were committed and answered 202");
        _duration = meter.CreateHistogram(
            "scaisend.accept.duration",
            "s",
            "From a checked request to its commit",
            tags: null,
            Meters.Short
        );
    }

    /// <summary>The moment from which the duration counts.</summary>
    public long Begin() => _time.GetTimestamp();

    /// <summary>The mail is committed.</summary>
    public void Accepted(AcceptedMail mail, long begun)
    {
        var took = _time.GetElapsedTime(begun);
        _duration.Record(took.TotalSeconds);
        var (tags, emails) = (new TagList(), 0);
        _labels.AddTenant(ref tags, mail.TenantId);
        foreach (var message in mail.Messages)
        {
            // What is played counts nowhere.
            emails += message.Emails.Count(email => !email.IsSimulated);
            if (_traces.Has(message.Id))
                Tell(mail, message, took);
        }
        if (emails > 0)
            _accepted.Add(emails, tags);
    }

    // The request has a trace of its own, which its caller may have begun; the two name each other.
    private void Tell(AcceptedMail mail, AcceptedMessage message, TimeSpan took)
    {
        var request = Activity.Current;
        MessageTraces.Tell(
            "accept",
            ActivityKind.Server,
            message.Id,
            _time.GetUtcNow() - took,
            took,
            [
                new("scaisend.tenant_id", Ids.Show(Ids.Tenant, mail.TenantId)),
                new("scaisend.emails", message.Emails.Count),
                new("scaisend.send_at", message.SendAt?.ToString("O", System.Globalization.CultureInfo.InvariantCulture)),
            ],
            request is null ? null : [new ActivityLink(request.Context)]
        );
        if (request is { IsAllDataRequested: true } && mail.Messages.IndexOf(message) < MostNamed)
            request.SetTag($"scaisend.message_id.{mail.Messages.IndexOf(message)}", Ids.Show(Ids.Message, message.Id));
    }
}
