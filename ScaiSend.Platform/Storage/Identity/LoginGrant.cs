namespace ScaiSend.Platform.Storage.Identity;

/// <summary>A secret of the built-in login that is good once: the code that follows a password, or a token that refreshes.</summary>
public sealed class LoginGrant
{
    /// <summary>SHA-256 of the secret.</summary>
    public required byte[] Hash { get; init; }

    /// <summary><c>code</c> or <c>refresh</c>.</summary>
    public required string Kind { get; init; }
    public Guid UserId { get; init; }

    /// <summary>Everything that came from one login has the same; it is revoked together when a secret comes twice.</summary>
    public Guid FamilyId { get; init; }

    /// <summary>Of a code: the PKCE challenge (RFC 7636 §4.2).</summary>
    public string? Challenge { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used, or revoked.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}
