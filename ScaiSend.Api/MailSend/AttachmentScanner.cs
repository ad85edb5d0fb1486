namespace ScaiSend.Api.MailSend;

/// <summary>
/// Finds the texts at <c>attachments[*].content</c> in a request's JSON while it arrives in pieces, so that they need not be held in memory.
/// It judges nothing: what it passes over, malformed or not, is read and judged later. A property name that is written with escapes is not recognised;
/// its content then stays in the body and is read from there.
/// </summary>
internal sealed class AttachmentScanner
{
    // The deepest container whose properties matter: root object, array of attachments, attachment.
    private const int Deepest = 3;

    private readonly bool[] _isObject = new bool[Deepest + 1];
    private readonly byte[] _name = new byte[16];
    private int _nameLength;
    private int _depth;
    private bool _isInString;
    private bool _isEscaped;
    private bool _isName;
    private bool _expectsName;
    private bool _isInAttachments;
    private Next _next;

    private enum Next
    {
        Anything,
        Attachments,
        Content,
    }

    /// <summary>Passes over a piece. True when it came to the quote that opens an attachment's content: the text begins behind the bytes that were passed.</summary>
    public bool Finds(ReadOnlySpan<byte> piece, out int passed)
    {
        for (passed = 0; passed < piece.Length; )
        {
            if (_isInString)
            {
                passed += PassString(piece[passed..]);
                continue;
            }
            var b = piece[passed++];
            if (b == (byte)'"')
            {
                if (_next == Next.Content)
                    return true;
                (_isInString, _isName, _nameLength) = (true, _expectsName && _depth is 1 or Deepest, 0);
            }
            else if (b is (byte)'{' or (byte)'[')
                Open(isObject: b == (byte)'{');
            else if (b is (byte)'}' or (byte)']')
                Close();
            else if (b == (byte)',')
                (_expectsName, _next) = (_depth is > 0 and <= Deepest && _isObject[_depth], Next.Anything);
            else if (b == (byte)':')
                (_expectsName, _next) = (false, NextByName());
        }
        return false;
    }

    /// <summary>To be called when the text that was found has ended.</summary>
    public void AfterContent() => _next = Next.Anything;

    /// <summary>To be called when the text that was found stays where it is.</summary>
    public void PassContent() => (_next, _isInString, _isName) = (Next.Anything, true, false);

    private int PassString(ReadOnlySpan<byte> piece)
    {
        if (_isEscaped)
        {
            _isEscaped = false;
            return 1;
        }
        var end = piece.IndexOfAny((byte)'"', (byte)'\\');
        if (_isName)
            Remember(end < 0 ? piece : piece[..end]);
        if (end < 0)
            return piece.Length;
        if (piece[end] == (byte)'"')
            _isInString = false;
        else
            (_isEscaped, _nameLength) = (true, _name.Length);
        return end + 1;
    }

    private void Remember(ReadOnlySpan<byte> part)
    {
        if (_nameLength + part.Length < _name.Length)
            part.CopyTo(_name.AsSpan(_nameLength));
        _nameLength = Math.Min(_nameLength + part.Length, _name.Length);
    }

    private Next NextByName()
    {
        var name = _name.AsSpan(0, _nameLength);
        return _depth == 1 && _isObject[1] && name.SequenceEqual("attachments"u8) ? Next.Attachments
            : _depth == Deepest && _isInAttachments && _isObject[Deepest] && name.SequenceEqual("content"u8) ? Next.Content
            : Next.Anything;
    }

    private void Open(bool isObject)
    {
        _depth++;
        if (_depth == 2)
            _isInAttachments = _next == Next.Attachments && !isObject;
        if (_depth <= Deepest)
            _isObject[_depth] = isObject;
        (_expectsName, _next, _nameLength) = (isObject, Next.Anything, 0);
    }

    private void Close()
    {
        _depth = Math.Max(0, _depth - 1);
        if (_depth < 2)
            _isInAttachments = false;
        (_expectsName, _next) = (false, Next.Anything);
    }
}
