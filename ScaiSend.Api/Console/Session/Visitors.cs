using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Api.RateLimits;

namespace ScaiSend.Api.Console.Session;

/// <summary>Finds out who is behind a session's credentials, by the same code as at the API's door and counted like there.</summary>
public sealed class Visitors(JsonWebTokens tokens, Operators operators, RateLimiter limits, FormGuard forms)
{
    /// <summary>How the audit log says that something was done here.</summary>
    public const string Via = "console";

    /// <summary>The visitor; null when his credentials are good no more.</summary>
    /// <param name="look">The tenant that he looks at, if he may.</param>
    public async Task<Visitor?> FindAsync(HttpContext http, byte[] session, Credentials credentials, TenantLook? look)
    {
        var token = forms.TokenOf(session);
        if (credentials.OperatorKey is { } key)
            return operators.Find(key, Via) is { } found
                ? new Visitor(Administrator.Of(found), null, credentials.Name, null, token) { Look = look }
                : null;
        var (caller, _) = await tokens.FindAsync(credentials.AccessToken!, http.RequestAborted);
        if (caller is null)
            return null;
        var who = Administrator.Of(caller);
        who = who with { Who = who.Who with { Via = Via } };
        return new Visitor(who, caller, credentials.Name, credentials.Tenant, token) { Look = who.IsStaff ? look : null };
    }

    /// <summary>Whether he has asked for too much.</summary>
    public async ValueTask<bool> IsTooMuchAsync(Visitor visitor, Limit limit) =>
        visitor.Caller is { } caller && (await limits.UseAsync(limit, caller)).RetryAfter is not null;
}
