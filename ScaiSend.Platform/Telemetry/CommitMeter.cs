using System.Diagnostics.Metrics;

namespace ScaiSend.Platform.Telemetry;

/// <summary>What group commits tell the meter <c>ScaiSend</c>: how many items shared a commit, and how long it took.</summary>
public sealed class CommitMeter
{
    private readonly Histogram<int> _size;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _retries;

    public CommitMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Meters.Name);
        _size = meter.CreateHistogram("scaisend.commit.size", "{item}", "Items that shared a commit", tags: null, Meters.Group);
        _duration = meter.CreateHistogram("scaisend.commit.duration", "s", "From begin to commit of a group", tags: null, Meters.Short);
        _retries = meter.CreateCounter<long>(
            "scaisend.commit.retries",
            "{try}",
            "Groups tried again after a deadlock or a lost connection"
        );
    }

    /// <summary>For the commits of one kind: <c>accept</c> or <c>transition</c>.</summary>
    public CommitTimes Of(string kind)
    {
        var label = new KeyValuePair<string, object?>("of", kind);
        _retries.Add(0, label);
        return new CommitTimes(_size, _duration, _retries, label);
    }
}

/// <summary>The commits of one kind.</summary>
public sealed class CommitTimes(Histogram<int> size, Histogram<double> duration, Counter<long> retries, KeyValuePair<string, object?> label)
{
    /// <param name="begun">By the machine's clock.</param>
    public void Committed(int items, long begun)
    {
        size.Record(items, label);
        duration.Record(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, label);
    }

    public void TriedAgain() => retries.Add(1, label);
}
