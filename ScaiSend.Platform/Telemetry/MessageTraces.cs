using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Telemetry;

/// <summary>
/// Tells the spans of messages. A message's trace has the message's id, and whether it is told of follows from the id alone: so every stage of every process, and a retry
/// days later, joins the same trace without anything being carried along.
/// </summary>
public sealed class MessageTraces(IOptions<TraceOptions> options)
{
    /// <summary>The name of our source of activities.</summary>
    public const string SourceName = "ScaiSend";

    private static readonly ActivitySource Source = new(SourceName);
    private readonly double _below = options.Value.Share * (1L << 32);

    /// <summary>Whether spans of this id are told.</summary>
    public bool Has(Guid id) => _below > 0 && Source.HasListeners() && Low(id) < _below;

    /// <summary>The trace of an id: the same 16 bytes.</summary>
    public static ActivityTraceId TraceOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return ActivityTraceId.CreateFromBytes(bytes);
    }

    /// <summary>
    /// Tells of work that has just ended, as a span of the trace of <paramref name="id"/>. It is never the current activity of anything: nothing that runs meanwhile can
    /// send it to strangers.
    /// </summary>
    /// <returns>The span's place, for others to link to.</returns>
    public static ActivityContext Tell(
        string name,
        ActivityKind kind,
        Guid id,
        DateTimeOffset startedAt,
        TimeSpan took,
        IEnumerable<KeyValuePair<string, object?>> tags,
        IEnumerable<ActivityLink>? links = null
    )
    {
        var outer = Activity.Current;
        // Otherwise that would become its parent, and it is of another trace.
        Activity.Current = null;
        try
        {
            var trace = new ActivityContext(TraceOf(id), default, ActivityTraceFlags.Recorded);
            using var span = Source.StartActivity(name, kind, trace, tags, links, startedAt);
            span?.SetEndTime((startedAt + (took > TimeSpan.Zero ? took : TimeSpan.FromTicks(1))).UtcDateTime);
            return span?.Context ?? default;
        }
        finally
        {
            Activity.Current = outer;
        }
    }

    // RFC 9562 §5.7: the last bits of an id are random; the first ones are the time, of which no share could be taken.
    private static uint Low(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
    }
}
