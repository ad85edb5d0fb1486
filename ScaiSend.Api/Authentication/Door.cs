using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Keys;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Authentication;

/// <summary>
/// Lets a caller in to an endpoint that has an <see cref="AccessRule"/>, or says why not: unknown, lacking the scope, too many requests.
/// Runs after routing and before any body is read.
/// </summary>
public sealed class Door(ApiKeys keys, JsonWebTokens tokens, KeyUses uses, RateLimiter limits, Operators operators)
{
    /// <summary>The door as a middleware.</summary>
    public RequestDelegate Before(RequestDelegate next) => http => EnterAsync(http, next);

    private async Task EnterAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata is not { } endpoint || endpoint.GetMetadata<AccessRule>() is not { } rule)
        {
            await next(http);
            return;
        }
        if (rule.IsForOperators)
        {
            await EnterAsOperatorAsync(http, rule, next);
            return;
        }
        if (rule.Administrators is { } administrators && rule.Dialects.Include(http.Dialect()))
        {
            await EnterAsAdministratorAsync(http, rule, administrators, next);
            return;
        }
        var (caller, refusal) = rule.Dialects.Include(http.Dialect()) ? await FindAsync(http) : (null, Refusals.NotFound(http));
        if (caller is not null)
        {
            if (caller.Subject is null)
                uses.Note(caller.KeyId);
            refusal = rule.Refusal(http, caller);
            // Who may not enter must not use up the tenant's permits.
            var limit = refusal is null ? endpoint.GetMetadata<LimitRule>()?.Limit ?? Limit.Others : Limit.Others;
            var standing = await limits.UseAsync(limit, caller);
            standing.WriteTo(http.Response.Headers);
            if (standing.RetryAfter is not null)
                refusal = Refusals.TooManyRequests(http);
        }
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        http.Features.Set(caller);
        await next(http);
    }

    // Operators have no tenant, so nothing of what follows from one.
    private async Task EnterAsOperatorAsync(HttpContext http, AccessRule rule, RequestDelegate next)
    {
        var (found, refusal) = rule.Dialects.Include(http.Dialect()) ? operators.Find(http) : (null, Refusals.NotFound(http));
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        http.Features.Set(found);
        await next(http);
    }

    private async Task EnterAsAdministratorAsync(HttpContext http, AccessRule rule, ForAdministrators administrators, RequestDelegate next)
    {
        var (who, refusal) = Operators.AreMeant(http) ? FindOperator(http) : await FindAdministratorAsync(http, administrators);
        refusal ??= rule.Refusal(http, who!);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        http.Features.Set(who);
        await next(http);
    }

    private (Administrator? Who, IResult? Refusal) FindOperator(HttpContext http)
    {
        var (found, refusal) = operators.Find(http);
        return (found is null ? null : Administrator.Of(found), refusal);
    }

    private async Task<(Administrator? Who, IResult? Refusal)> FindAdministratorAsync(HttpContext http, ForAdministrators administrators)
    {
        var (caller, refusal) = await FindAsync(http);
        if (caller is null)
            return (null, refusal);
        if (caller.Subject is null)
            uses.Note(caller.KeyId);
        if (caller.Subject is null && !administrators.AlsoKeys)
            refusal = Refusals.Forbidden(http, "API keys do not administer: this needs a token, or an operator's key");
        var standing = await limits.UseAsync(Limit.Others, caller);
        standing.WriteTo(http.Response.Headers);
        if (standing.RetryAfter is not null)
            refusal = Refusals.TooManyRequests(http);
        return refusal is null ? (Administrator.Of(caller), null) : (null, refusal);
    }

    private async Task<(Caller? Caller, IResult? Refusal)> FindAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return (null, Refusals.Unauthorized(http, "Missing Authorization header"));
        const string scheme = "Bearer ";
        var credential = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : "";
        var (caller, trouble) = JsonWebTokens.Is(credential)
            ? await tokens.FindAsync(credential, http.RequestAborted)
            : (await keys.FindAsync(credential, http.RequestAborted), "Invalid API key");
        if (caller is null)
            return (null, Refusals.Unauthorized(http, trouble!));
        return caller.IsTenantSuspended ? (null, Refusals.Forbidden(http, "Tenant suspended")) : (caller, null);
    }
}
