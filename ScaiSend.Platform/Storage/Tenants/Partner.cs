namespace ScaiSend.Platform.Storage.Tenants;

/// <summary>A reseller, agency or platform that has tenants. It sees them and what they send in sum, never their mail.</summary>
public sealed class Partner
{
    public Guid Id { get; init; }

    /// <summary>Its id at ScaiKey; null for one that was added here.</summary>
    public string? ExternalId { get; init; }
    public required string Name { get; set; }

    /// <summary>Its short name; unique.</summary>
    public required string Slug { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When ScaiKey deleted it; its tenants stay.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
