using System.Text;

namespace ScaiSend.Processing.Rendering;

/// <summary>Makes one line of any text, so that no value can start another header field.</summary>
internal static class HeaderText
{
    /// <summary>Each run of control characters becomes one space; spaces around the text go.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text.Trim();
        }
        var line = new StringBuilder(text.Length);
        var wasControl = false;
        foreach (var c in text)
        {
            var isControl = char.IsControl(c);
            if (!isControl || !wasControl)
            {
                line.Append(isControl ? ' ' : c);
            }
            wasControl = isControl;
        }
        return line.ToString().Trim();
    }
}
