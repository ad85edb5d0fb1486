namespace ScaiSend.Platform.Storage.Identity;

/// <summary>A person who may hold roles in several tenants.</summary>
public sealed class User
{
    public Guid Id { get; init; }

    /// <summary>Its id at ScaiKey; null for one that was added here.</summary>
    public string? ExternalId { get; init; }

    /// <summary>As it was given; compared whatever the case of its letters.</summary>
    public required string Email { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? DisplayName { get; set; }
    public bool IsActive { get; set; } = true;

    /// <summary>By ASP.NET Core Identity's hasher; null for one who cannot log in here.</summary>
    public string? PasswordHash { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A named set of permissions in a tenant.</summary>
public sealed class Role : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public required string Name { get; set; }

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
