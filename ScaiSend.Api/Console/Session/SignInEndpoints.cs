using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Login;
using ScaiSend.Api.Requests;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Console.Session;

/// <summary>
/// <c>/console/sign-in</c> offers a login or an operator's key; <c>sign-in/begin</c> sends the browser to the login that the settings choose, and
/// <c>/console/callback</c> is where it comes back. <c>POST /console/sign-out</c> ends the session and its login.
/// </summary>
public static class SignInEndpoints
{
    private const int MaxForm = 4 * 1024;
    private const int MaxCode = 4096;

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/sign-in", (HttpContext http) => Show(http));
        routes.MapGet("/console/sign-in/begin", BeginAsync).AddEndpointFilter(LimitAsync);
        routes.MapPost("/console/sign-in/operator", EnterAsOperatorAsync).AddEndpointFilter(LimitAsync);
        routes.MapGet(LoginOptions.CallbackPath, FinishAsync).AddEndpointFilter(LimitAsync);
        routes.MapPost("/console/sign-out", LeaveAsync).PageForAll();
    }

    private static Page Show(HttpContext http, string? trouble = null, int status = StatusCodes.Status200OK) =>
        Page.Of<SignInPage>(
            trouble is null ? "Sign in" : "Error: Sign in",
            new SignInModel(ConsolePaths.Checked(http.Request.Query["to"]), trouble),
            status
        );

    private static async Task<IResult> BeginAsync(HttpContext http, LoginProvider provider, LoginStates states, SessionCookies cookies)
    {
        var (text, state) = states.New(tenant: null, hint: null);
        var url = await provider.Chosen.AuthorizationUrlAsync(state, text, http.RequestAborted);
        cookies.WriteLogin(http, text, ConsolePaths.Checked(http.Request.Query["to"]));
        return new SeeOther(url);
    }

    private static async Task<IResult> FinishAsync(
        HttpContext http,
        LoginProvider provider,
        LoginStates states,
        SessionCookies cookies,
        SessionStart start
    )
    {
        var (code, text) = (http.Request.Query["code"].ToString(), http.Request.Query["state"].ToString());
        if (code.Length is 0 or > MaxCode || text.Length is 0 or > LoginStates.MaxLength)
            return http.Request.Query.ContainsKey("error")
                ? Show(http, "The login was broken off. Sign in again.", StatusCodes.Status403Forbidden)
                : new SeeOther("sign-in");
        if (cookies.TakeLogin(http, text) is not { } page || states.Read(text) is not { } state)
            return Show(
                http,
                "This login was not begun in this browser, or more than ten minutes ago. Sign in again.",
                StatusCodes.Status401Unauthorized
            );
        var outcome = await provider.Chosen.ExchangeAsync(code, state, http.RequestAborted);
        if (outcome.Tokens is not { } tokens)
            return Show(http, $"{outcome.Words}.", outcome.Status);
        cookies.DropSession(http);
        cookies.WriteSession(http, await start.BeginAsync(tokens, http.RequestAborted));
        return new SeeOther(page);
    }

    private static async Task<IResult> EnterAsOperatorAsync(
        HttpContext http,
        Operators operators,
        Sessions sessions,
        SessionCookies cookies
    )
    {
        // There is no session yet, and so no token; a browser says where the form comes from.
        if (!FormGuard.IsFromUs(http.Request) || await LimitedForm.ReadAsync(http, MaxForm) is not { } form)
            return Show(http, "This form does not come from this page. Try again.", StatusCodes.Status400BadRequest);
        var key = form["key"].ToString().Trim();
        if (operators.Find(key, Visitors.Via) is not { } found)
            return Show(http, "This is no operator's key of this installation.", StatusCodes.Status401Unauthorized);
        cookies.DropSession(http);
        cookies.WriteSession(http, await sessions.BeginAsync(key, found.Name, http.RequestAborted));
        return new SeeOther(ConsolePaths.Checked(form["to"]));
    }

    private static async Task<IResult> LeaveAsync(HttpContext http, Sessions sessions, SessionCookies cookies)
    {
        if (cookies.ReadSession(http) is { } session)
            await sessions.EndAsync(session, http.RequestAborted);
        cookies.DropSession(http);
        return new SeeOther("sign-in", "You are signed out.");
    }

    private static async ValueTask<object?> LimitAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var standing = await http.RequestServices.GetRequiredService<VisitorLimits>().UseAsync(http);
        return standing.RetryAfter is null ? await next(context) : Trouble.TooMany();
    }
}

/// <summary>What the page that offers a login shows.</summary>
/// <param name="To">The page that it leads to.</param>
/// <param name="Trouble">What was wrong the last time.</param>
public sealed record SignInModel(string To, string? Trouble);

/// <summary>Begins the session of one who has logged in.</summary>
public sealed class SessionStart(Sessions sessions, MailDatabase database)
{
    public async Task<string> BeginAsync(LoginTokens tokens, CancellationToken cancellationToken)
    {
        string? tenant = null;
        if (tokens.TenantId is { } id)
        {
            await using var db = database.For(id);
            tenant = await db.Tenants.Select(t => t.Name).SingleOrDefaultAsync(cancellationToken);
        }
        return await sessions.BeginAsync(tokens, Profiles.NameOf(tokens.User), tenant, cancellationToken);
    }
}
