using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Keys;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Authentication;

/// <summary>Lets a caller in to an endpoint that has an <see cref="AccessRule"/>, or says why not. Runs after routing and before any body is read.</summary>
public static class Door
{
    public static void UseDoor(this IApplicationBuilder app)
    {
        var keys = app.ApplicationServices.GetRequiredService<ApiKeys>();
        var uses = app.ApplicationServices.GetRequiredService<KeyUses>();
        app.Use(next => http => EnterAsync(http, keys, uses, next));
    }

    private static async Task EnterAsync(HttpContext http, ApiKeys keys, KeyUses uses, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is not { } rule)
        {
            await next(http);
            return;
        }
        if (!rule.Dialects.Include(http.Dialect()))
        {
            await Refusals.NotFound(http).ExecuteAsync(http);
            return;
        }
        var (caller, refusal) = await FindAsync(http, keys, rule);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http);
            return;
        }
        uses.Note(caller!.KeyId);
        http.Features.Set(caller);
        await next(http);
    }

    private static async Task<(Caller? Caller, IResult? Refusal)> FindAsync(HttpContext http, ApiKeys keys, AccessRule rule)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return (null, Refusals.Unauthorized(http, "Missing Authorization header"));
        const string scheme = "Bearer ";
        var caller = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? await keys.FindAsync(header[scheme.Length..].Trim(), http.RequestAborted)
            : null;
        if (caller is null)
            return (null, Refusals.Unauthorized(http, "Invalid API key"));
        if (caller.IsTenantSuspended)
            return (null, Refusals.Forbidden(http, "Tenant suspended"));
        return rule.AnyOfScopes.Count == 0 || rule.AnyOfScopes.Any(caller.Scopes.Contains)
            ? (caller, null)
            : (null, Refusals.MissingScope(http, rule.AnyOfScopes[0]));
    }
}
