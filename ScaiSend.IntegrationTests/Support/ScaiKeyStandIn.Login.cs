using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.Tokens;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Somebody who has an account at ScaiKey.</summary>
/// <param name="Tenant">Its id, as his tokens say it.</param>
public sealed record ScaiKeyPerson(string Subject, string Tenant, string? Email = null, string? FirstName = null, string? LastName = null);

// OAuth 2: the code flow with PKCE, and the endpoint for tokens. Whoever comes to the login is the person that the test has chosen.
public sealed partial class ScaiKeyStandIn
{
    private readonly ConcurrentDictionary<string, (string Challenge, string RedirectUrl, ScaiKeyPerson Person)> _codes = new();
    private readonly ConcurrentDictionary<string, ScaiKeyPerson> _refreshTokens = new();

    /// <summary>Who logs in.</summary>
    public ScaiKeyPerson? Person { get; set; }

    /// <summary>What the token endpoint answers instead of tokens; null for tokens.</summary>
    public Func<IResult>? Instead { get; set; }

    /// <summary>Whether tokens say the person's name and address; else only <c>userinfo</c> does.</summary>
    public bool TokensSayWho { get; set; } = true;

    /// <summary>The settings that make the product log in with it.</summary>
    public Dictionary<string, string?> LoginSettings =>
        new(Settings)
        {
            ["ScaiKey:ClientSecret"] = ClientSecret,
            ["ScaiKey:AuthorizeUrl"] = $"{Url}/oauth/authorize",
            ["ScaiKey:TokenUrl"] = $"{Url}/oauth/login-token",
            ["ScaiKey:UserInfoUrl"] = $"{Url}/oauth/userinfo",
        };

    private void MapLogin(IEndpointRouteBuilder app)
    {
        app.MapGet("/oauth/authorize", Authorize);
        app.MapPost("/oauth/login-token", (HttpRequest request) => TokensAsync(request));
        app.MapGet("/oauth/userinfo", () => Person is { } person ? Results.Json(Claims(person)) : Results.Unauthorized());
        app.MapGet(
            "/login-discovery.json",
            () =>
                Results.Json(
                    new
                    {
                        authorization_endpoint = $"{Url}/oauth/authorize",
                        token_endpoint = $"{Url}/oauth/login-token",
                        userinfo_endpoint = $"{Url}/oauth/userinfo",
                    }
                )
        );
    }

    private IResult Authorize(HttpContext http)
    {
        var query = http.Request.Query;
        if (
            query["response_type"] != "code"
            || query["client_id"] != Audience
            || query["code_challenge_method"] != "S256"
            || query["code_challenge"].ToString() is not { Length: 43 } challenge
            || query["redirect_uri"].ToString() is not { Length: > 0 } redirectUrl
        )
            return Results.BadRequest(new { error = "invalid_request" });
        var code = $"code-{RandomNumberGenerator.GetHexString(32)}";
        _codes[code] = (challenge, redirectUrl, Person ?? throw new InvalidOperationException("Nobody was chosen to log in"));
        return Results.Redirect($"{redirectUrl}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
    }

    private async Task<IResult> TokensAsync(HttpRequest request)
    {
        if (Instead is { } instead)
            return instead();
        var form = await request.ReadFormAsync();
        if (form["client_id"] != Audience || form["client_secret"] != ClientSecret)
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        var person = form["grant_type"].ToString() switch
        {
            "authorization_code"
                when _codes.TryRemove(form["code"].ToString(), out var known)
                    && known.RedirectUrl == form["redirect_uri"]
                    && known.Challenge
                        == Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) =>
                known.Person,
            "refresh_token" when _refreshTokens.TryRemove(form["refresh_token"].ToString(), out var known) => known,
            _ => null,
        };
        if (person is null)
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var refresh = $"stand-in-refresh-{RandomNumberGenerator.GetHexString(32)}";
        _refreshTokens[refresh] = person;
        var access = Token(
            person.Subject,
            person.Tenant,
            Clock.GetUtcNow(),
            token =>
            {
                if (TokensSayWho)
                    foreach (var (name, value) in Claims(person))
                        token.Claims[name] = value;
            }
        );
        return Results.Json(
            new
            {
                access_token = access,
                token_type = "Bearer",
                expires_in = 3600,
                refresh_token = refresh,
            }
        );
    }

    private static Dictionary<string, object> Claims(ScaiKeyPerson person)
    {
        var claims = new Dictionary<string, object> { ["sub"] = person.Subject };
        foreach (
            var (name, value) in ((string, string?)[])
                [("email", person.Email), ("given_name", person.FirstName), ("family_name", person.LastName)]
        )
            if (value is not null)
                claims[name] = value;
        return claims;
    }

    private partial IResult? LoginGrant(IFormCollection form) => null;
}
