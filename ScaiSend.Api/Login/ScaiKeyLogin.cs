using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;

namespace ScaiSend.Api.Login;

/// <summary>The login at ScaiKey: OAuth 2's code flow with PKCE. Its access tokens are checked as at the door before anybody gets them.</summary>
public sealed class ScaiKeyLogin(ScaiKeyClient client, ScaiKeyUsers users, JsonWebTokens tokens, ScaiKeyRequest asked) : ILoginProvider
{
    public async Task<string> AuthorizationUrlAsync(LoginState state, string stateText, CancellationToken cancellationToken)
    {
        var address = (await client.AddressesAsync(cancellationToken)).Authorize;
        var url = new StringBuilder(address)
            .Append(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')
            .Append("response_type=code");
        // RFC 6749 §4.1.1 and RFC 7636 §4.3; OpenID Connect Core 1.0 §3.1.2.1 for the hint.
        Add("client_id", client.ClientId);
        Add("redirect_uri", asked.RedirectUrl);
        Add("scope", asked.Scope);
        Add("state", stateText);
        Add("code_challenge", state.Challenge);
        Add("code_challenge_method", Pkce.Method);
        if (state.Hint is { } hint)
            Add("login_hint", hint);
        return url.ToString();

        void Add(string name, string value) => url.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }

    public async Task<LoginOutcome> ExchangeAsync(string code, LoginState state, CancellationToken cancellationToken)
    {
        var grant = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = asked.RedirectUrl,
            ["code_verifier"] = state.Verifier,
        };
        if (await client.TokensAsync(grant, cancellationToken) is not { } given)
            return LoginOutcome.Refused(StatusCodes.Status400BadRequest, "The code is wrong, used or expired; log in again");
        return await AnswerAsync(given, state.Tenant, cancellationToken);
    }

    public async Task<LoginOutcome> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var grant = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken };
        if (await client.TokensAsync(grant, cancellationToken) is not { } given)
            return LoginOutcome.Refused(
                StatusCodes.Status401Unauthorized,
                "The refresh token is wrong, used, revoked or expired; log in again"
            );
        // RFC 6749 §6: without a new one the old one goes on.
        return await AnswerAsync(given with { Refresh = given.Refresh ?? refreshToken }, tenant: null, cancellationToken);
    }

    public Task ForgetAsync(string refreshToken, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<LoginOutcome> AnswerAsync(ScaiKeyTokens given, string? tenant, CancellationToken cancellationToken)
    {
        var (caller, trouble) = await tokens.FindAsync(given.Access, cancellationToken);
        if (caller is null)
            return trouble == JsonWebTokens.Deactivated
                ? LoginOutcome.Refused(StatusCodes.Status403Forbidden, trouble)
                : LoginOutcome.Refused(StatusCodes.Status401Unauthorized, trouble!);
        if (caller.IsTenantSuspended)
            return LoginOutcome.Refused(StatusCodes.Status403Forbidden, "Tenant suspended");
        if (tenant is not null && !await users.IsAsync(caller.TenantId, tenant, cancellationToken))
            return LoginOutcome.Refused(StatusCodes.Status403Forbidden, "ScaiKey has logged in to another tenant than was asked for");
        var user = await users.KeepAsync(caller, given.Access, cancellationToken);
        return LoginOutcome.Done(
            new LoginTokens(
                given.Access,
                given.Refresh,
                LastsFor(given, caller),
                user,
                caller.TenantId == Guid.Empty ? null : caller.TenantId
            )
        );
    }

    private long LastsFor(ScaiKeyTokens given, Caller caller) => given.ExpiresIn ?? asked.SecondsUntil(caller.ExpiresAt);
}

/// <summary>What we ask ScaiKey for.</summary>
public sealed class ScaiKeyRequest(IOptions<ScaiKeyOptions> options, CallbackUrl callback, TimeProvider time)
{
    public string RedirectUrl { get; } = options.Value.RedirectUrl is { Length: > 0 } own ? own : callback.Value;

    public string Scope { get; } = options.Value.Scope;

    public long SecondsUntil(DateTimeOffset? moment) => moment is { } end ? Math.Max(0, (long)(end - time.GetUtcNow()).TotalSeconds) : 0;
}
