namespace ScaiSend.Api.Suppressions;

/// <summary>Passes CSV on as it is read, and stops at a row that is too long, such as one whose quote is never closed: nobody has to hold it.</summary>
internal sealed class GuardedText(TextReader inner) : TextReader
{
    /// <summary>Most characters of a row.</summary>
    public const int MaxRow = 64 * 1024;

    private int _length;
    private bool _isQuoted;
    private bool _isBroken;

    /// <summary>Whether what was read so far ends within quotes: at the end of the text, the rows since then are one field, and would be lost without a word.</summary>
    public bool EndsInQuote => _isQuoted;

    public override int Read(char[] buffer, int index, int count) => Check(buffer.AsSpan(index, count), inner.Read(buffer, index, count));

    public override int Read(Span<char> buffer) => Check(buffer, inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
        Check(buffer, await inner.ReadAsync(buffer, cancellationToken));

    public override async Task<int> ReadAsync(char[] buffer, int index, int count) =>
        Check(buffer.AsMemory(index, count), await inner.ReadAsync(buffer.AsMemory(index, count), CancellationToken.None));

    private int Check(Memory<char> buffer, int read) => Check(buffer.Span, read);

    private int Check(Span<char> buffer, int read)
    {
        if (_isBroken)
            throw Broken();
        for (var i = 0; i < read; i++)
        {
            if (buffer[i] == '"')
                _isQuoted = !_isQuoted;
            if (buffer[i] == '\n' && !_isQuoted)
                _length = 0;
            else if (++_length > MaxRow)
            {
                _isBroken = true;
                throw Broken();
            }
        }
        return read;
    }

    private static InvalidDataException Broken() =>
        new($"The row has more than {MaxRow} characters, or a quote is not closed; nothing from here on was read");
}
