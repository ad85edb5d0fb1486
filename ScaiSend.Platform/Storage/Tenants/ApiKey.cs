namespace ScaiSend.Platform.Storage.Tenants;

/// <summary>A credential of one tenant; the secret itself is never stored.</summary>
public sealed class ApiKey : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public required string Name { get; set; }

    /// <summary>The secret's first 16 characters, enough to recognise it.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the secret.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Whether the key only ever validates and stores.</summary>
    public bool IsTest { get; init; }

    /// <summary>Scopes, separated by blanks.</summary>
    public required string Scopes { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Written in batches, so it may lag by a few seconds.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
}
