namespace ScaiSend.Platform.Storage.Idempotency;

/// <summary>The first answer to a request with an <c>Idempotency-Key</c>; committed with the request's messages.</summary>
public sealed class IdempotencyRecord : IOfTenant
{
    public Guid TenantId { get; init; }

    /// <summary>SHA-256 of the caller's key.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>SHA-256 of what was asked; another body with the same key is refused.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>The ids of the messages, 16 bytes each, in the order of the personalizations.</summary>
    public required byte[] MessageIds { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
