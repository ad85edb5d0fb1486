namespace ScaiSend.Platform.Storage.Tenants;

/// <summary>An isolated customer; owns everything that carries its id.</summary>
public sealed class Tenant
{
    public Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Slug { get; init; }
    /// <summary>Its id at ScaiKey; null for one that was added here.</summary>
    public string? ExternalId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SuspendedAt { get; set; }
}
