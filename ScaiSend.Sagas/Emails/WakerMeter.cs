using System.Diagnostics.Metrics;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.Sagas.Emails;

/// <summary>What the waker tells the meter <c>ScaiSend</c>. Claims from the lane in flight are leases that ran out: a stage died, or a hint was lost.</summary>
public sealed class WakerMeter
{
    private readonly Counter<long> _claimed;

    public WakerMeter(IMeterFactory meters)
    {
        _claimed = meters
            .Create(Meters.Name)
            .CreateCounter<long>("scaisend.waker.claimed", "{email}", "Due emails that the waker claimed, by the lane that they came from");
        foreach (var lane in new[] { EmailLane.Waiting, EmailLane.InFlight, EmailLane.Held })
            Claimed(lane, 0);
    }

    /// <param name="lane">The lane that they came from.</param>
    public void Claimed(EmailLane lane, int emails) =>
        _claimed.Add(emails, new KeyValuePair<string, object?>("lane", QueueMeter.Word(lane)));
}
