using System.Buffers;

namespace ScaiSend.Api.MailSend;

/// <summary>Guards against header and envelope injection: a text with CR, LF or NUL never reaches either.</summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Breaks = SearchValues.Create("\r\n\0");

    // RFC 2045 §5.1 token
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`{|}~"
    );

    /// <summary>Whether a text breaks out of its header line.</summary>
    public static bool IsBroken(ReadOnlySpan<char> text) => text.ContainsAny(Breaks);

    /// <summary>Whether a text is a media type of one part: type, slash, subtype, no parameters, and not <c>multipart</c>.</summary>
    public static bool IsPartType(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf('/');
        return slash > 0
            && text.Length is > 2 and <= 127
            && slash < text.Length - 1
            && !text[..slash].ContainsAnyExcept(TokenCharacters)
            && !text[(slash + 1)..].ContainsAnyExcept(TokenCharacters)
            && !text[..slash].Equals("multipart", StringComparison.OrdinalIgnoreCase);
    }
}
