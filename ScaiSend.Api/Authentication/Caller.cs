using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Authentication;

/// <summary>Who calls: found once, at the door, from the API key or the token. Handlers of endpoints with an access rule take it as a parameter.</summary>
/// <param name="IsTest">The key only ever validates and stores.</param>
public sealed record Caller(
    Guid TenantId,
    Guid KeyId,
    bool IsTest,
    IReadOnlySet<string> Scopes,
    bool IsTenantSuspended,
    DateTimeOffset? ExpiresAt
)
{
    /// <summary>Whom a token speaks for; null for an API key.</summary>
    public string? Subject { get; init; }

    /// <summary>How the framework finds the parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo _) => ValueTask.FromResult(http.Features.Get<Caller>());
}
