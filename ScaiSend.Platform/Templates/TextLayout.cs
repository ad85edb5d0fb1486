using System.Text;

namespace ScaiSend.Platform.Templates;

/// <summary>Writes text as a browser would show it: runs of white space are one space, and nothing stands at the ends of lines.</summary>
internal sealed class TextLayout
{
    private readonly StringBuilder _text = new();
    private int _lineBreaks = 2;
    private bool _isSpaceDue;
    private bool _isAfterMark;

    public bool IsPreformatted { get; set; }

    public int Length => _text.Length;

    public string Since(int start) => start < _text.Length ? _text.ToString(start, _text.Length - start) : "";

    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsPreformatted && c == '\n')
                BreakLine();
            else if (char.IsWhiteSpace(c) && !IsPreformatted)
                Space();
            else if (c is not ('\r' or '\u200B' or '\u200C' or '\u200D' or '\u00AD' or '\u034F' or '\uFEFF'))
                Put(c);
        }
    }

    /// <summary>Begins a line with a bullet or number; blocks that follow at once stay on it.</summary>
    public void WriteMark(string mark)
    {
        _text.Append(mark);
        (_lineBreaks, _isSpaceDue, _isAfterMark) = (0, false, true);
    }

    public void Space() => _isSpaceDue = _lineBreaks == 0 && !_isAfterMark;

    public void BreakLine()
    {
        if (_text.Length == 0)
            return;
        _isSpaceDue = _isAfterMark = false;
        // More than one blank line tells a reader nothing.
        if (++_lineBreaks <= 2)
            _text.Append('\n');
    }

    public void EnsureLine()
    {
        if (_lineBreaks == 0 && !_isAfterMark)
            BreakLine();
    }

    public void EnsureParagraph()
    {
        while (_lineBreaks < 2 && !_isAfterMark)
            BreakLine();
    }

    public override string ToString() => _text.ToString().Trim() is { Length: > 0 } text ? text + "\n" : "";

    private void Put(char c)
    {
        if (_isSpaceDue)
            _text.Append(' ');
        _text.Append(c);
        (_lineBreaks, _isSpaceDue, _isAfterMark) = (0, false, false);
    }
}
