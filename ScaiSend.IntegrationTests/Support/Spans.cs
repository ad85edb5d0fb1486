using System.Collections.Concurrent;
using System.Diagnostics;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Hears the spans of messages, whichever product of this process tells them.</summary>
public sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MessageTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans of a trace, in the order of their ends.</summary>
    /// <param name="traceId">32 hexadecimal digits.</param>
    public IReadOnlyList<Activity> Of(string traceId) => [.. _ended.Where(span => span.TraceId.ToHexString() == traceId)];

    /// <summary>The spans of a message, as soon as there are so many of a name.</summary>
    public Task<IReadOnlyList<Activity>> OfWhenAsync(string traceId, string name, int count) =>
        Patience.WhenAsync(
            () => Task.FromResult(Of(traceId)),
            spans => spans.Count(span => span.OperationName == name) >= count,
            spans => $"Of {traceId} there are {string.Join(", ", spans.Select(s => s.OperationName))}"
        );

    public void Dispose() => _listener.Dispose();
}
