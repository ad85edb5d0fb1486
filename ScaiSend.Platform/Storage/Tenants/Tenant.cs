namespace ScaiSend.Platform.Storage.Tenants;

/// <summary>An isolated customer; owns everything that carries its id.</summary>
public sealed class Tenant
{
    public Guid Id { get; init; }
    public required string Name { get; set; }

    /// <summary>Its short name; unique.</summary>
    public required string Slug { get; init; }

    /// <summary>Its id at ScaiKey; null for one that was added here.</summary>
    public string? ExternalId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whose it is; null for one of the installation itself.</summary>
    public Guid? PartnerId { get; set; }

    /// <summary>JSON object of whatever its owner wants to keep with it.</summary>
    public string? Settings { get; set; }

    /// <summary>Since when its requests are refused; mail that was accepted goes on.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }

    /// <summary>Who suspended it: one who stands above him may end that, and nobody below. Null when it is not suspended, or when nobody knows any more.</summary>
    public Suspender? SuspendedBy { get; set; }

    /// <summary>When ScaiKey deleted it: it is suspended for good, and its data go with the retention.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>Who suspends tenants.</summary>
public enum Suspender
{
    /// <summary>The administrator of its partner.</summary>
    Partner,

    /// <summary>ScaiKey.</summary>
    ScaiKey,

    /// <summary>Who runs the installation.</summary>
    Staff,
}
