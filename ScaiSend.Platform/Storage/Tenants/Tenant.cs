namespace ScaiSend.Platform.Storage.Tenants;

/// <summary>An isolated customer; owns everything that carries its id.</summary>
public sealed class Tenant
{
    public Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Slug { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SuspendedAt { get; set; }
}
