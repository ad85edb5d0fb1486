using System.Buffers;
using System.Globalization;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// The attachments' contents of one request: taken out of its JSON while it arrives, and found again by the place where their empty quotes stand in what is left.
/// No caller can name such a place, so none can claim another's content.
/// </summary>
public sealed class ArrivingContents(IBlobStore blobs, DateTimeOffset now)
{
    // RFC 8259 §7: control characters, the quote and the backslash do not stand for themselves.
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(b => (byte)b),
        (byte)'"',
        (byte)'\\',
    ]);

    private static readonly byte[] Malformed = [];

    // More than a request may have; a hostile one with a million shall not make us keep a million.
    private const int Most = 16;

    private readonly Dictionary<int, IncomingAttachment> _byPlace = [];
    private readonly byte[] _escape = new byte[6];
    private int _escapeLength;
    private IncomingAttachment? _current;

    /// <summary>Whether a content is arriving.</summary>
    public bool IsInContent => _current is not null;

    /// <summary>Those that the blob store has, or has a part of.</summary>
    public IEnumerable<IncomingAttachment> Stored => _byPlace.Values.Where(content => content.IsStored);

    /// <summary>The content whose opening quote stands at this place of the body that is left; null when it was never taken out.</summary>
    public IncomingAttachment? At(int place) => _byPlace.GetValueOrDefault(place);

    /// <summary>How many bytes of contents were taken out between two places of the body that is left.</summary>
    public long TakenOut(int from, int to) =>
        _byPlace.Where(content => content.Key >= from && content.Key < to).Sum(c => c.Value.TextLength);

    /// <summary>A content begins; false when there are enough, and it stays in the body.</summary>
    public bool TryBegin(int place)
    {
        if (_byPlace.Count == Most)
            return false;
        _current = new IncomingAttachment($"attachments/{Guid.CreateVersion7(now):N}", blobs);
        _byPlace.Add(place, _current);
        return true;
    }

    /// <summary>
    /// Takes what belongs to the content and answers how many bytes that was. The rest begins with the closing quote, or with something that no JSON string
    /// may hold: it stays in the body, where it is refused as malformed.
    /// </summary>
    public async ValueTask<int> TakeAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        var taken = await TakeTextAsync(piece, cancellationToken);
        _current!.TextLength += taken;
        return taken;
    }

    /// <summary>What of the content has to stay in the body: the beginning of an escape that is none.</summary>
    public ReadOnlySpan<byte> Leftover => _escape.AsSpan(0, _escapeLength);

    /// <summary>The closing quote, or what stands in its place, has come.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        _current!.TextLength -= _escapeLength;
        await _current.EndAsync(cancellationToken);
        _current = null;
    }

    private async ValueTask<int> TakeTextAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        var taken = 0;
        while (taken < piece.Length)
        {
            var rest = piece[taken..];
            if (_escapeLength > 0)
            {
                var (length, text) = TakeEscape(rest.Span);
                taken += length;
                if (text == Malformed)
                    return taken;
                if (text is not null)
                    await _current!.WriteAsync(text, cancellationToken);
                continue;
            }
            var plain = rest.Span.IndexOfAny(NotPlain);
            var run = plain < 0 ? rest : rest[..plain];
            await _current!.WriteAsync(run, cancellationToken);
            taken += run.Length;
            if (plain < 0)
                break;
            if (rest.Span[plain] != (byte)'\\')
                return taken;
            _escape[_escapeLength++] = (byte)'\\';
            taken++;
        }
        return taken;
    }

    // Answers the bytes that were used and the character that the escape stands for, once it is whole.
    private (int Length, byte[]? Text) TakeEscape(ReadOnlySpan<byte> rest)
    {
        var b = rest[0];
        if (_escapeLength == 1 && b != (byte)'u')
            return Plain(b) is { } plain ? Whole(1, plain) : (0, Malformed);
        if (_escapeLength > 1 && !char.IsAsciiHexDigit((char)b))
            return (0, Malformed);
        _escape[_escapeLength++] = b;
        if (_escapeLength < _escape.Length)
            return (1, null);
        var code = ushort.Parse(
            System.Text.Encoding.ASCII.GetString(_escape.AsSpan(2)),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture
        );
        // Beyond ASCII nothing is base64: any byte that is not will do.
        return Whole(1, code < 0x80 ? (byte)code : (byte)0);
    }

    private (int, byte[]?) Whole(int length, byte text)
    {
        _escapeLength = 0;
        return (length, [text]);
    }

    private static byte? Plain(byte escaped) =>
        escaped switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => escaped,
            (byte)'b' => 8,
            (byte)'f' => 12,
            (byte)'n' => 10,
            (byte)'r' => 13,
            (byte)'t' => 9,
            _ => null,
        };
}
