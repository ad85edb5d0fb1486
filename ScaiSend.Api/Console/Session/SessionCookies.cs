using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Login;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Console.Session;

/// <summary>
/// What a browser keeps for the console, where no script and no other site reads it: the secret of the session, a login that was begun here, the
/// tenant that staff looks at, and what the next page says first.
/// </summary>
// Lax, not Strict: ScaiKey sends people back to us from its own site.
public sealed class SessionCookies(ConsolePaths paths, IOptions<SecretOptions> secrets)
{
    private const string Session = "scaisend";
    private const string Login = "scaisend-login";
    private const string Look = "scaisend-look";
    private const string Notice = "scaisend-notice";

    /// <summary>A longer one is not looked at.</summary>
    private const int MaxLength = 3000;

    // It is sealed, and no letter of a reason may cost six: a browser drops a cookie that is too long.
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SecretBox _box = SecretBox.For(secrets, "scaisend console look 1");

    /// <summary>The hash of the session's secret; null when there is none.</summary>
    public byte[]? ReadSession(HttpContext http) => Read(http, Session) is { } secret ? StoredSessions.HashOf(secret) : null;

    public void WriteSession(HttpContext http, string secret) => Write(http, Session, secret);

    /// <summary>Forgets the session, and the tenant that was looked at.</summary>
    public void DropSession(HttpContext http)
    {
        Drop(http, Session);
        Drop(http, Look);
    }

    /// <summary>Binds a login to this browser: somebody else could send it here with his own.</summary>
    /// <param name="page">Where it leads.</param>
    public void WriteLogin(HttpContext http, string state, string page) =>
        Write(http, Login, $"{HashOf(state)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(page))}", LoginStates.Lasts);

    /// <summary>The page that a login leads to; null when this browser has not begun it. Good once.</summary>
    public string? TakeLogin(HttpContext http, string state)
    {
        var kept = Read(http, Login)?.Split('.');
        Drop(http, Login);
        return kept is [var hash, var page] && hash == HashOf(state) && Base64Url.IsValid(page)
            ? ConsolePaths.Checked(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(page)))
            : null;
    }

    public void WriteLook(HttpContext http, byte[] session, TenantLook look) =>
        Write(
            http,
            Look,
            Base64Url.EncodeToString(
                _box.Seal(JsonSerializer.SerializeToUtf8Bytes(new KeptLook(Convert.ToHexString(session), look), AsWritten))
            )
        );

    /// <summary>The tenant that is looked at in this session; null when there is none.</summary>
    public TenantLook? ReadLook(HttpContext http, byte[] session)
    {
        if (Read(http, Look) is not { } text || !Base64Url.IsValid(text))
            return null;
        try
        {
            var kept = JsonSerializer.Deserialize<KeptLook>(_box.Open(Base64Url.DecodeFromChars(text)));
            return kept?.Session == Convert.ToHexString(session) ? kept.Look : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public void DropLook(HttpContext http) => Drop(http, Look);

    /// <summary>Keeps what the next page says first.</summary>
    public void WriteNotice(HttpContext http, string text) =>
        Write(http, Notice, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text)), LoginStates.Lasts);

    /// <summary>What the last page wanted said; said once.</summary>
    public string? TakeNotice(HttpContext http)
    {
        if (Read(http, Notice) is not { } text)
            return null;
        Drop(http, Notice);
        return Base64Url.IsValid(text) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) : null;
    }

    // RFC 6265bis §4.1.3.2: a name that no other host and no page without TLS can have written.
    private string Name(string name) => paths.IsSecure ? $"__Host-{name}" : name;

    private string? Read(HttpContext http, string name) =>
        http.Request.Cookies[Name(name)] is { Length: > 0 and <= MaxLength } value ? value : null;

    private void Write(HttpContext http, string name, string value, TimeSpan? lasts = null) =>
        http.Response.Cookies.Append(Name(name), value, Options(lasts));

    private void Drop(HttpContext http, string name)
    {
        if (http.Request.Cookies.ContainsKey(Name(name)))
            http.Response.Cookies.Append(Name(name), "", Options(TimeSpan.Zero));
    }

    private CookieOptions Options(TimeSpan? lasts) =>
        new()
        {
            HttpOnly = true,
            Secure = paths.IsSecure,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            IsEssential = true,
            MaxAge = lasts,
        };

    private static string HashOf(string state) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(state)));

    private sealed record KeptLook(string Session, TenantLook Look);
}
