using System.Reflection;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.RateLimits;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Authentication;

/// <summary>Who calls: found once, at the door, from the API key or the token. Handlers of endpoints with an access rule take it as a parameter.</summary>
/// <param name="IsTest">The key sends nothing: it validates and stores, or has the life of its mail played.</param>
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

    /// <summary>The names of the roles that a token's user has in the tenant.</summary>
    public IReadOnlyList<string> RoleNames { get; init; } = [];

    /// <summary>What he is in the hierarchy; an API key is nothing there.</summary>
    public Rank Rank { get; init; }

    /// <summary>The partner that one of the rank <see cref="Rank.PartnerAdmin"/> belongs to.</summary>
    public Guid? PartnerId { get; init; }

    /// <summary>The rate limits that were set for the tenant by API; null when none was.</summary>
    public TenantRateLimits? Limits { get; init; }

    /// <summary>How the framework finds the parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo _) => ValueTask.FromResult(http.Features.Get<Caller>());
}
