namespace ScaiSend.Platform.Storage.Identity;

/// <summary>A named set of permissions in a tenant.</summary>
public sealed class TenantRole : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public required string Name { get; set; }
    public string? Description { get; set; }

    /// <summary>Separated by blanks.</summary>
    public required string Permissions { get; set; }

    /// <summary>Whether it was made with the tenant.</summary>
    public bool IsDefault { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>That a user has a role.</summary>
public sealed class UserRole : IOfTenant
{
    public Guid TenantId { get; init; }
    public Guid UserId { get; init; }
    public Guid RoleId { get; init; }
}
