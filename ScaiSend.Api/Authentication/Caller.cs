namespace ScaiSend.Api.Authentication;

/// <summary>Who calls: found once, at the door, from the API key.</summary>
/// <param name="IsTest">The key only ever validates and stores.</param>
public sealed record Caller(
    Guid TenantId,
    Guid KeyId,
    bool IsTest,
    IReadOnlySet<string> Scopes,
    bool IsTenantSuspended,
    DateTimeOffset? ExpiresAt
);
