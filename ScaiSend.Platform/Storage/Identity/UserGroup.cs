namespace ScaiSend.Platform.Storage.Identity;

/// <summary>Users of a tenant who get roles together.</summary>
public sealed class UserGroup : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>Its id at ScaiKey; null for one that was added here.</summary>
    public string? ExternalId { get; init; }
    public required string Name { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>That a user is in a group.</summary>
public sealed class GroupMember : IOfTenant
{
    public Guid TenantId { get; init; }
    public Guid GroupId { get; init; }
    public Guid UserId { get; init; }
}

/// <summary>That a group is in another: its members have the other's roles, too.</summary>
public sealed class NestedGroup : IOfTenant
{
    public Guid TenantId { get; init; }

    /// <summary>The outer group.</summary>
    public Guid ParentId { get; init; }

    /// <summary>The group that is in it.</summary>
    public Guid ChildId { get; init; }
}

/// <summary>That the members of a group have a role: a group mapping.</summary>
public sealed class GroupRole : IOfTenant
{
    public Guid TenantId { get; init; }
    public Guid GroupId { get; init; }
    public Guid RoleId { get; init; }
}
