namespace ScaiSend.Platform.Storage.Domains;

/// <summary>A domain that a tenant may write in From.</summary>
public sealed class SenderDomain : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>Lower case, A-label.</summary>
    public required string Name { get; init; }
    public bool IsActive { get; set; } = true;
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? VerifiedAt { get; set; }
}

/// <summary>A DKIM key of a sender domain.</summary>
public sealed class StoredDkimKey : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>Lower case, A-label.</summary>
    public required string Domain { get; init; }
    public required string Selector { get; init; }

    /// <summary><c>rsa</c> or <c>ed25519</c>, as in the DNS record's k= tag.</summary>
    public required string Algorithm { get; init; }

    /// <summary>PKCS#8, sealed by <see cref="Tenancy.SecretBox"/>.</summary>
    public required byte[] SealedPrivateKey { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
