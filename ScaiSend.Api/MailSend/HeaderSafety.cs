namespace ScaiSend.Api.MailSend;

/// <summary>Keeps a caller's text from ending a header line or an SMTP command early (RFC 5322 §2.2, RFC 5321 §4.1.1).</summary>
internal static class HeaderSafety
{
    public const string Refusal = "The value cannot contain CR, LF or NUL characters.";

    public static bool IsOneLine(string text) => !text.AsSpan().ContainsAny('\r', '\n', '\0');
}
