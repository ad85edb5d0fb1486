using System.Text;

namespace ScaiSend.Api.Images;

/// <summary>Names of uploaded files: as their owner knows them, and fit for a URL or a mail.</summary>
public static class FileNames
{
    private const int MaxOriginal = 255;
    private const int MaxStem = 100;

    /// <summary>Without the folders that some clients send along, without control characters, cut to what a row holds.</summary>
    public static string Original(string given, PictureFormat format)
    {
        var name = new StringBuilder();
        foreach (var rune in given[(given.LastIndexOfAny(['/', '\\']) + 1)..].EnumerateRunes())
        {
            if (!Rune.IsControl(rune) && name.Length + rune.Utf16SequenceLength <= MaxOriginal)
                name.Append(rune.ToString());
        }
        return name.ToString().Trim() is { Length: > 0 } original ? original : $"image{format.Extension}";
    }

    /// <summary>ASCII letters, digits, <c>-</c>, <c>_</c> and the extension of what the picture is.</summary>
    public static string Safe(string original, PictureFormat format)
    {
        var stem = new StringBuilder();
        foreach (var c in Path.GetFileNameWithoutExtension(original).Take(MaxStem))
        {
            if (char.IsAsciiLetterOrDigit(c) || c == '_')
                stem.Append(c);
            else if (stem.Length > 0 && stem[^1] != '-')
                stem.Append('-');
        }
        return (stem.ToString().Trim('-') is { Length: > 0 } name ? name : "image") + format.Extension;
    }
}
