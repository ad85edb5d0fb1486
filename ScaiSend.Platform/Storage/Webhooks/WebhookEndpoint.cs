namespace ScaiSend.Platform.Storage.Webhooks;

/// <summary>A URL that a tenant wants to be told of events.</summary>
public sealed class WebhookEndpoint : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public WebhookKind Kind { get; init; }
    public required string Url { get; set; }

    /// <summary>Types of events, separated by blanks; <c>*</c> for all.</summary>
    public required string Events { get; set; }
    public string? FriendlyName { get; set; }
    public bool IsEnabled { get; set; }

    /// <summary>Sealed. <see cref="WebhookKind.Single"/>: the HMAC secret. <see cref="WebhookKind.Batch"/>: the ECDSA private key (PKCS #8); null when posts are not signed.</summary>
    public byte[]? SealedSecret { get; set; }

    /// <summary>The secret before the last rotation, which also signs until <see cref="PreviousSecretUntil"/>.</summary>
    public byte[]? SealedPreviousSecret { get; set; }
    public DateTimeOffset? PreviousSecretUntil { get; set; }

    public string? OAuthClientId { get; set; }
    public byte[]? SealedOAuthSecret { get; set; }
    public string? OAuthTokenUrl { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? LastSuccessAt { get; set; }
    public DateTimeOffset? LastFailureAt { get; set; }

    /// <summary>Failures in a row, over all its deliveries.</summary>
    public int FailureCount { get; set; }

    /// <summary>Set when it failed too often; <see cref="IsEnabled"/> stays as the tenant set it.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>The process that posts to it now. Only one does, so that its limits hold and its events come in order.</summary>
    public Guid? LeasedBy { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }
}

/// <summary>The two models of webhooks.</summary>
public enum WebhookKind
{
    /// <summary>Ours: one event in each POST, signed with HMAC-SHA256.</summary>
    Single = 0,

    /// <summary>SendGrid's event webhook: an array of events in each POST, signed with ECDSA P-256.</summary>
    Batch = 1,
}
