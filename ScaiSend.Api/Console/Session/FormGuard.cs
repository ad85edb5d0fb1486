using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Console.Session;

/// <summary>
/// Keeps other sites from posting in the name of somebody who is signed in. A form must come from a page of ours, which the browser says
/// (Fetch Metadata, or the header Origin), and must have the token of the session, which only our pages know.
/// </summary>
public sealed class FormGuard(IOptions<SecretOptions> secrets)
{
    /// <summary>The field with the token.</summary>
    public const string Field = "form_token";

    private readonly IReadOnlyList<byte[]> _keys = DerivedKeys.For(secrets, "scaisend console forms 1");

    /// <summary>The token for forms of this session.</summary>
    public string TokenOf(byte[] session) => Base64Url.EncodeToString(HMACSHA256.HashData(_keys[0], session));

    /// <summary>Whether a form may be taken.</summary>
    public bool Accepts(HttpRequest request, byte[] session, IFormCollection form) =>
        IsFromUs(request) && IsToken(form[Field].ToString(), session);

    /// <summary>Whether the browser says that a page of this site has sent it. One that says nothing is too old to say it.</summary>
    public static bool IsFromUs(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site ? site == "same-origin"
        : request.Headers.Origin.ToString() is { Length: > 0 } origin
            ? Uri.TryCreate(origin, UriKind.Absolute, out var from)
                && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
        : true;

    private bool IsToken(string text, byte[] session)
    {
        var given = Encoding.ASCII.GetBytes(text);
        var isOne = false;
        foreach (var key in _keys)
            isOne |= CryptographicOperations.FixedTimeEquals(
                given,
                Encoding.ASCII.GetBytes(Base64Url.EncodeToString(HMACSHA256.HashData(key, session)))
            );
        return isOne;
    }
}
