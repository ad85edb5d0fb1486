using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Login;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Console.Session;

/// <summary>
/// Lets people in to a page that has a <see cref="PageRule"/>, or sends them where they get what they lack: a login, a tenant. Takes no other
/// credential than the console's cookie, and nothing but the console takes that one.
/// </summary>
public sealed class ConsoleDoor(Sessions sessions, Visitors visitors, SessionCookies cookies, ConsoleDoorParts parts)
{
    private const int MaxForm = 64 * 1024;

    /// <summary>The door as a middleware.</summary>
    public RequestDelegate Before(RequestDelegate next) => http => EnterAsync(http, next);

    private async Task EnterAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/console"))
        {
            await next(http);
            return;
        }
        try
        {
            var refusal = http.GetEndpoint()?.Metadata.GetMetadata<PageRule>() is { } rule ? await FindAsync(http, rule) : null;
            await (refusal is null ? next(http) : refusal.ExecuteAsync(http));
        }
        catch (NoProviderException e) when (!http.Response.HasStarted)
        {
            await Trouble.Later(e.Message).ExecuteAsync(http);
        }
        catch (Exception e)
            when (Troubles.IsOutage(parts.Database, e) && !http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            parts.Log.LogWarning("A page of the console was answered 503: {Reason}", e.Message);
            await Trouble.Later("The database does not answer at the moment.").ExecuteAsync(http);
        }
    }

    /// <summary>Finds the visitor, or where he has to go first.</summary>
    private async Task<IResult?> FindAsync(HttpContext http, PageRule rule)
    {
        // The page is not what SendGrid has.
        if (http.Dialect() != Dialect.Documented)
            return Trouble.NotFound("page");
        if (cookies.ReadSession(http) is not { } session)
            return SignIn(http);
        if (
            await sessions.FindAsync(session, http.RequestAborted) is not { } credentials
            || await visitors.FindAsync(http, session, credentials, cookies.ReadLook(http, session)) is not { } visitor
        )
        {
            cookies.DropSession(http);
            return SignIn(http);
        }
        http.Features.Set(visitor);
        if (visitor.Caller is { IsTenantSuspended: true })
            return Trouble.Refused("Your tenant is suspended. Its mail that was accepted goes on; ask those who run this installation.");
        if (await visitors.IsTooMuchAsync(visitor, http.GetEndpoint()?.Metadata.GetMetadata<LimitRule>()?.Limit ?? Limit.Others))
            return Trouble.TooMany();
        if (!rule.Allows(visitor.Who))
            return Trouble.Refused("Your role does not give you this page. Ask an administrator of your tenant.");
        if (rule.IsAboutTenant && visitor.TenantOrNone is null)
            return new SeeOther($"tenant?to={Uri.EscapeDataString(ConsolePaths.PageOf(http.Request))}");
        return HttpMethods.IsPost(http.Request.Method) ? await TakeFormAsync(http, session) : null;
    }

    private async Task<IResult?> TakeFormAsync(HttpContext http, byte[] session)
    {
        var limit = http.GetEndpoint()?.Metadata.GetMetadata<FormLimit>()?.Bytes ?? MaxForm;
        if (await LimitedForm.ReadAsync(http, limit) is not { } form)
            return Trouble.BadForm("What was sent is no form, or too large.");
        if (!parts.Forms.Accepts(http.Request, session, form))
            return Trouble.BadForm("This form does not come from a page of yours. Go back, reload the page and try again.");
        http.Features.Set(new PostedForm(form));
        return null;
    }

    private static SeeOther SignIn(HttpContext http) =>
        new(
            HttpMethods.IsGet(http.Request.Method) && ConsolePaths.PageOf(http.Request) is { Length: > 0 } page
                ? $"sign-in?to={Uri.EscapeDataString(page)}"
                : "sign-in"
        );
}

/// <summary>What the door needs beside who comes.</summary>
public sealed record ConsoleDoorParts(FormGuard Forms, MailDatabase Database, ILogger<ConsoleDoor> Log);

/// <summary>How large the form of a page may be, where that is not 64 KB.</summary>
public sealed record FormLimit(int Bytes);
