namespace ScaiSend.Platform.Storage.Identity;

/// <summary>A person who may hold roles in several tenants.</summary>
public sealed class User
{
    public Guid Id { get; init; }

    /// <summary>Its id at ScaiKey; null for one that was added here.</summary>
    public string? ExternalId { get; init; }

    /// <summary>As it was given. Two persons of ScaiKey may have the same.</summary>
    public required string Email { get; set; }

    /// <summary>What one who was added here logs in with: the address in small letters. Null for those of ScaiKey.</summary>
    public string? Login { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? DisplayName { get; set; }

    /// <summary>The tenant that he is at home in at ScaiKey, or that he logs in to; null for one of a partner or of the platform.</summary>
    public Guid? HomeTenantId { get; set; }

    /// <summary>The partner that he belongs to.</summary>
    public Guid? PartnerId { get; set; }

    /// <summary>What he is beside his roles in tenants; of those who were added here, ScaiKey's tokens say it themselves.</summary>
    public Rank Rank { get; set; }
    public bool IsActive { get; set; } = true;

    /// <summary>Whether who runs the installation has locked him out, so that no tenant lets him in again.</summary>
    public bool IsLockedByStaff { get; set; }

    /// <summary>By ASP.NET Core Identity's hasher; null for one who cannot log in here.</summary>
    public string? PasswordHash { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What somebody is in the hierarchy, beside his roles.</summary>
public enum Rank
{
    /// <summary>Nothing beyond his roles.</summary>
    None,

    /// <summary>Has all permissions in his home tenant: ScaiKey's <c>tenant_admin</c>.</summary>
    TenantAdmin,

    /// <summary>Sees his partner's tenants and what they send in sum, never their mail.</summary>
    PartnerAdmin,

    /// <summary>Sees and changes all partners and tenants; their mail only with a reason, which is written down.</summary>
    SuperAdmin,
}
