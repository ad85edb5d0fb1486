namespace ScaiSend.Processing.Tracking;

/// <summary>A change of a text: so many characters at a place give way to others.</summary>
internal readonly record struct Edit(int At, int Length, string Text);

/// <summary>Changes of one text, in any order; those of one place stay in the order in which they came. Where two overlap, the one that begins first counts.</summary>
internal sealed class Edits
{
    private readonly List<Edit> _edits = [];

    public void Replace(int at, int length, string by) => _edits.Add(new Edit(at, length, by));

    public void Insert(int at, string text) => _edits.Add(new Edit(at, 0, text));

    /// <summary>The changed text; the same object when nothing changes.</summary>
    public string ApplyTo(string text)
    {
        if (_edits.Count == 0)
            return text;
        var inOrder = InOrder();
        return string.Create(text.Length + inOrder.Sum(edit => edit.Text.Length - edit.Length), (text, inOrder), Write);
    }

    private List<Edit> InOrder()
    {
        var inOrder = new List<Edit>(_edits.Count);
        var end = 0;
        foreach (var edit in _edits.OrderBy(edit => edit.At))
        {
            if (edit.At < end)
                continue;
            inOrder.Add(edit);
            end = edit.At + edit.Length;
        }
        return inOrder;
    }

    private static void Write(Span<char> changed, (string Text, List<Edit> Edits) from)
    {
        var at = 0;
        foreach (var edit in from.Edits)
        {
            Put(from.Text.AsSpan(at, edit.At - at), ref changed);
            Put(edit.Text, ref changed);
            at = edit.At + edit.Length;
        }
        Put(from.Text.AsSpan(at), ref changed);
    }

    private static void Put(ReadOnlySpan<char> piece, ref Span<char> changed)
    {
        piece.CopyTo(changed);
        changed = changed[piece.Length..];
    }
}
