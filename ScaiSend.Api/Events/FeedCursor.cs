using System.Buffers.Text;
using ScaiSend.Platform.Storage.Events;

namespace ScaiSend.Api.Events;

/// <summary>
/// How far a reader has come: a position in each lane of events. Text for the caller: a version and the positions as LEB128 numbers, in base64url.
/// It holds nothing of the tenant's, so one of another tenant only shows the reader's own events from another place on.
/// </summary>
public sealed class FeedCursor
{
    private const byte Version = 1;
    private const int Lanes = EventLane.Count + 1;
    private const int MostBytesOfNumber = 9;
    private readonly long[] _positions;

    private FeedCursor(long[] positions) => _positions = positions;

    /// <summary>Before the first event.</summary>
    public static FeedCursor Start => new(new long[Lanes]);

    /// <summary>Behind the given positions.</summary>
    public static FeedCursor At(IReadOnlyDictionary<int, long> heads)
    {
        var cursor = Start;
        foreach (var (lane, position) in heads)
            cursor._positions[lane] = position;
        return cursor;
    }

    public long this[int lane] => _positions[lane];

    /// <summary>Whether it names a position in any lane that nothing has been committed to.</summary>
    public bool IsAheadOf(IReadOnlyDictionary<int, long> heads) =>
        _positions.Where((position, lane) => position > heads.GetValueOrDefault(lane)).Any();

    /// <summary>The same with one lane moved on.</summary>
    public FeedCursor With(IReadOnlyDictionary<int, long> moved)
    {
        var positions = (long[])_positions.Clone();
        foreach (var (lane, position) in moved)
            positions[lane] = Math.Max(positions[lane], position);
        return new FeedCursor(positions);
    }

    public string Write()
    {
        var bytes = new List<byte>(Lanes * 2 + 1) { Version };
        foreach (var position in _positions)
        {
            var rest = (ulong)position;
            for (; rest >= 0x80; rest >>= 7)
                bytes.Add((byte)(rest | 0x80));
            bytes.Add((byte)rest);
        }
        return Base64Url.EncodeToString([.. bytes]);
    }

    /// <summary>Null for a text that <see cref="Write"/> cannot have made.</summary>
    public static FeedCursor? Read(string text)
    {
        var bytes = new byte[1 + Lanes * MostBytesOfNumber];
        if (!Base64Url.IsValid(text, out var length) || length > bytes.Length || length == 0)
            return null;
        Base64Url.DecodeFromChars(text, bytes);
        var at = 1;
        var positions = new long[Lanes];
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (ReadNumber(bytes.AsSpan(0, length), ref at) is not { } position)
                return null;
            positions[lane] = position;
        }
        return bytes[0] == Version && at == length ? new FeedCursor(positions) : null;
    }

    private static long? ReadNumber(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = 0L;
        for (var shift = 0; shift < 7 * MostBytesOfNumber; shift += 7)
        {
            if (at == bytes.Length)
                return null;
            var next = bytes[at++];
            number |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }
        return null;
    }
}
