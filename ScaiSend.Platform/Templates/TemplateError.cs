namespace ScaiSend.Platform.Templates;

/// <summary>Why a text is no template, and where; both counted from 1.</summary>
public sealed record TemplateError(int Line, int Column, string Text)
{
    internal static TemplateError At(string source, int offset, string text)
    {
        const int longest = 300;
        if (text.Length > longest)
            text = $"{text[..longest]}…";
        var before = source.AsSpan(0, Math.Min(offset, source.Length));
        return new TemplateError(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), text);
    }

    public override string ToString() => $"line {Line}, column {Column}: {Text}";
}
