using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Login;

/// <summary>
/// <c>/v3/auth</c>: <c>POST login</c> says where to log in, <c>callback</c> gives tokens for the code that comes back (400 bad code, 401 state that is not ours or
/// too old, 403 who may not come in, 503 no answer of ScaiKey), <c>refresh</c> gives new ones (401), <c>logout</c> ends them; no credential. <c>GET me</c> takes a token.
/// </summary>
public static class AuthEndpoints
{
    private const int MaxBytes = 32 * 1024;
    private const int MaxCode = 4096;
    private const int MaxToken = 8192;
    private const int MaxTenant = 64;

    public static void MapAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v3/auth/login", LogInAsync).AddEndpointFilter(LimitAsync);
        routes.MapPost("/v3/auth/callback", ExchangeAsync).AddEndpointFilter(LimitAsync);
        routes.MapPost("/v3/auth/refresh", RefreshAsync).AddEndpointFilter(LimitAsync);
        routes.MapPost("/v3/auth/logout", LogOutAsync).AddEndpointFilter(LimitAsync);
        routes
            .MapGet(
                "/v3/auth/me",
                async (HttpContext http, Caller caller, Profiles profiles) =>
                    Answer(http, await profiles.OfAsync(caller, http.RequestAborted))
            )
            .NeedsUser();
    }

    private static async Task<IResult> LogInAsync(HttpContext http, LoginProvider provider, LoginStates states)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var (hint, tenant) = (body.Text("email", LoginForm.MaxEmail), body.Text("tenant", MaxTenant, min: 1));
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var (text, state) = states.New(tenant, hint is { Length: > 0 } ? hint : null);
        return await OrUnavailable(
            http,
            async () =>
                Answer(
                    http,
                    new { authorization_url = await provider.Chosen.AuthorizationUrlAsync(state, text, http.RequestAborted), state = text }
                )
        );
    }

    private static async Task<IResult> ExchangeAsync(HttpContext http, LoginProvider provider, LoginStates states)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var (code, text) = (body.Required("code", MaxCode), body.Required("state", LoginStates.MaxLength));
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (states.Read(text) is not { } state)
            return Refusals.Unauthorized(http, "The state is not ours, or older than 10 minutes; log in again");
        return await OrUnavailable(
            http,
            async () =>
            {
                var outcome = await provider.Chosen.ExchangeAsync(code, state, http.RequestAborted);
                return outcome.Tokens is not { } tokens
                    ? Refusal(http, outcome)
                    : Answer(
                        http,
                        new
                        {
                            access_token = tokens.AccessToken,
                            refresh_token = tokens.RefreshToken,
                            expires_in = tokens.ExpiresIn,
                            user = Profiles.Brief(tokens.User, tokens.TenantId),
                        }
                    );
            }
        );
    }

    private static async Task<IResult> RefreshAsync(HttpContext http, LoginProvider provider)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var token = body.Required("refresh_token", MaxToken);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        return await OrUnavailable(
            http,
            async () =>
            {
                var outcome = await provider.Chosen.RefreshAsync(token, http.RequestAborted);
                return outcome.Tokens is not { } tokens
                    ? Refusal(http, outcome)
                    : Answer(
                        http,
                        new
                        {
                            access_token = tokens.AccessToken,
                            refresh_token = tokens.RefreshToken,
                            expires_in = tokens.ExpiresIn,
                        }
                    );
            }
        );
    }

    private static async Task<IResult> LogOutAsync(HttpContext http, LoginProvider provider)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var token = body.Text("refresh_token", MaxToken);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (token is { Length: > 0 })
            await provider.Chosen.ForgetAsync(token, http.RequestAborted);
        return Answer(http, new { message = "Logged out" });
    }

    private static async ValueTask<object?> LimitAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var standing = await http.RequestServices.GetRequiredService<VisitorLimits>().UseAsync(http);
        standing.WriteTo(http.Response.Headers);
        return standing.RetryAfter is null ? await next(context) : Refusals.TooManyRequests(http);
    }

    private static async Task<IResult> OrUnavailable(HttpContext http, Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (NoProviderException e)
        {
            return Refusals.Because(http, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    private static IResult Refusal(HttpContext http, LoginOutcome outcome) =>
        outcome.Status == StatusCodes.Status401Unauthorized
            ? Refusals.Unauthorized(http, outcome.Words)
            : Refusals.Because(http, outcome.Status, outcome.Words);

    // RFC 6749 §5.1.
    private static IResult Answer(HttpContext http, object body)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(body);
    }
}
