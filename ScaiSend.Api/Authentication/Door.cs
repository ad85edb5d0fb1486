using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Authentication;

/// <summary>Lets a caller in or says why not; each family of endpoints puts the refusal in its own envelope.</summary>
public static class Door
{
    /// <summary>The caller, or the refusal, when the request's API key has none of the scopes.</summary>
    public static async Task<(Caller? Caller, Refusal? Refusal)> EnterAsync(HttpContext http, ApiKeys keys, params string[] anyOfScopes)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return (null, new Refusal(StatusCodes.Status401Unauthorized, "Missing Authorization header"));
        const string scheme = "Bearer ";
        var caller = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? await keys.FindAsync(header[scheme.Length..].Trim(), http.RequestAborted)
            : null;
        if (caller is null)
            return (null, new Refusal(StatusCodes.Status401Unauthorized, "Invalid API key"));
        if (caller.IsTenantSuspended)
            return (null, new Refusal(StatusCodes.Status403Forbidden, "Tenant suspended"));
        return anyOfScopes.Any(caller.Scopes.Contains)
            ? (caller, null)
            : (null, new Refusal(StatusCodes.Status403Forbidden, $"Missing required scope: {anyOfScopes[0]}"));
    }
}

/// <summary>Why a caller does not get in.</summary>
public sealed record Refusal(int StatusCode, string Reason);
