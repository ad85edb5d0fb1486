using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using ScaiSend.Api.Tracking;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Login;

/// <summary>
/// <c>GET</c> and <c>HEAD /login?state=…</c> show the form of the built-in login, <c>POST /login</c> takes it: 303 to the callback with <c>code</c> and <c>state</c>,
/// 401 and the form again for what is wrong, 403 for one who may not come in, 429 after too many.
/// </summary>
// No cookie and no session, so a post of another site can use nobody's. It could log somebody in as somebody else; what comes of it is a code that the
// console uses only in the browser in which the login was begun.
public static class LoginPageEndpoints
{
    public static void MapLoginPage(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(BuiltInLogin.PagePath, [HttpMethods.Get, HttpMethods.Head], ShowAsync);
        routes.MapPost(BuiltInLogin.PagePath, LogInAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext http, LoginParts parts) =>
        OrLater(
            http,
            parts,
            words =>
                Task.FromResult(
                    !parts.Provider.IsBuiltIn ? parts.Page.Begin(words, words.Elsewhere, StatusCodes.Status404NotFound)
                    : http.Request.Query["state"].ToString() is not { Length: > 0 } text
                        ? parts.Page.Begin(words, words.NoLogin, StatusCodes.Status200OK)
                    : parts.States.Read(text) is not { } state ? parts.Page.Begin(words, words.Expired, StatusCodes.Status400BadRequest)
                    : parts.Page.Show(words, text, state.Hint)
                )
        );

    private static Task<IResult> LogInAsync(
        HttpContext http,
        LoginParts parts,
        LocalUsers users,
        Admission admission,
        LoginGrants grants
    ) =>
        OrLater(
            http,
            parts,
            async words =>
            {
                var page = parts.Page;
                if (!parts.Provider.IsBuiltIn)
                    return page.Begin(words, words.Elsewhere, StatusCodes.Status404NotFound);
                if (await LoginForm.ReadAsync(http) is not { } form)
                    return page.Begin(words, words.BadForm, StatusCodes.Status400BadRequest);
                if (parts.States.Read(form.State) is not { } state)
                    return page.Begin(words, words.Expired, StatusCodes.Status400BadRequest);
                if (form.Email.Length is 0 or > LoginForm.MaxEmail || form.Password.Length is 0 or > Passwords.Longest)
                    return page.Show(words, form.State, form.Email, words.Missing, StatusCodes.Status400BadRequest);
                var login = LocalUsers.LoginOf(form.Email);
                if (await parts.Limits.BeginAsync(http, login) is { } wait)
                    return TooMany(http, page, words, form, wait);
                if (await users.LogInAsync(form.Email, form.Password, http.RequestAborted) is not { } user)
                    return page.Show(words, form.State, form.Email, words.Wrong, StatusCodes.Status401Unauthorized);
                parts.Limits.WasRight(http, login);
                if ((await admission.AdmitAsync(user.Id, state.Tenant, http.RequestAborted)).Obstacle is { } obstacle)
                    return page.Show(words, form.State, form.Email, words.Of(obstacle), StatusCodes.Status403Forbidden);
                var code = await grants.NewCodeAsync(user.Id, state.Challenge, http.RequestAborted);
                return new SeeOther($"{parts.Callback.Value}?code={code}&state={form.State}");
            }
        );

    private static IResult TooMany(HttpContext http, LoginPage page, LoginWords words, LoginForm form, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var minutes = Math.Max(1, Math.Ceiling(wait.TotalMinutes));
        var text = string.Format(CultureInfo.InvariantCulture, words.TooMany, minutes);
        return page.Show(words, form.State, form.Email, text, StatusCodes.Status429TooManyRequests);
    }

    // A person reads the answer, so an outage is told on a page too.
    private static async Task<IResult> OrLater(HttpContext http, LoginParts parts, Func<LoginWords, Task<IResult>> answer)
    {
        var words = Words(http);
        var standing = await parts.Limits.UseAsync(http);
        standing.WriteTo(http.Response.Headers);
        if (standing.RetryAfter is not null)
            return parts.Page.Later(words, words.TooManyRequests, StatusCodes.Status429TooManyRequests);
        try
        {
            return await answer(words);
        }
        catch (Exception e) when (Requests.Troubles.IsOutage(parts.Database, e) && !http.RequestAborted.IsCancellationRequested)
        {
            parts.Log.LogWarning("Somebody who logs in was asked to come again: {Reason}", e.Message);
            http.Response.Headers.RetryAfter = "120";
            return parts.Page.Later(words, words.Later, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static LoginWords Words(HttpContext http) => LoginWords.In(PageLanguage.Of(http.Request.Headers.AcceptLanguage));

    /// <summary>303: after a form the next page is fetched, never posted to (RFC 9110 §15.4.4).</summary>
    private sealed record SeeOther(string Url) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var (response, headers) = (httpContext.Response, httpContext.Response.Headers);
            response.StatusCode = StatusCodes.Status303SeeOther;
            headers.Location = Url;
            headers.CacheControl = "no-store";
            headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        }
    }
}

/// <summary>What the login page is made of.</summary>
internal sealed record LoginParts(
    LoginProvider Provider,
    LoginPage Page,
    LoginStates States,
    VisitorLimits Limits,
    CallbackUrl Callback,
    MailDatabase Database,
    ILogger<LoginPage> Log
);
