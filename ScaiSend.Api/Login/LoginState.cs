using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Login;

/// <summary>A login that was begun.</summary>
/// <param name="Verifier">Of PKCE.</param>
/// <param name="Tenant">The tenant that was asked for.</param>
/// <param name="Hint">The address that the login page shows.</param>
public sealed record LoginState(string Verifier, string? Tenant, string? Hint, DateTimeOffset ExpiresAt)
{
    /// <summary>What the code is bound to.</summary>
    [JsonIgnore]
    public string Challenge => Pkce.ChallengeOf(Verifier);
}

/// <summary>
/// Keeps the logins that were begun where they need no memory of ours: sealed, in the parameter <c>state</c> (RFC 6749 §10.12).
/// The key is made for this purpose alone, so nothing else that we have sealed is a state.
/// </summary>
public sealed class LoginStates(IOptions<SecretOptions> secrets, TimeProvider time)
{
    /// <summary>How long a login may take.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    /// <summary>A longer text is not looked at.</summary>
    public const int MaxLength = 4096;

    private readonly SecretBox _box = SecretBox.For(secrets, "scaisend login state 1");

    /// <summary>Begins a login.</summary>
    public (string Text, LoginState State) New(string? tenant, string? hint)
    {
        var state = new LoginState(Pkce.NewVerifier(), tenant, hint, time.GetUtcNow() + Lasts);
        return (Base64Url.EncodeToString(_box.Seal(JsonSerializer.SerializeToUtf8Bytes(state))), state);
    }

    /// <summary>Null when we have not made it, or it is too old.</summary>
    public LoginState? Read(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength } || !Base64Url.IsValid(text))
            return null;
        try
        {
            var state = JsonSerializer.Deserialize<LoginState>(_box.Open(Base64Url.DecodeFromChars(text)));
            return state?.ExpiresAt > time.GetUtcNow() ? state : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
