namespace ScaiSend.Platform.Storage.Suppressions;

/// <summary>One kind of mail that recipients can opt out of; SendGrid's ASM group. Its members are the suppressions that name it.</summary>
public sealed class UnsubscribeGroup : IOfTenant
{
    public Guid TenantId { get; init; }

    /// <summary>Random and unique within the tenant, so that it tells nothing of other tenants and is not used again.</summary>
    public int Id { get; init; }
    public required string Name { get; set; }
    public required string Description { get; set; }
    public bool IsDefault { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}
