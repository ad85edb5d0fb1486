namespace ScaiSend.Platform.Storage.Domains;

/// <summary>A domain that a tenant may write in From.</summary>
public sealed class SenderDomain : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>Lower case, A-label.</summary>
    public required string Name { get; init; }
    public bool IsActive { get; set; } = true;

    /// <summary>Whether its subdomains may be written in From, too; they are signed with its keys.</summary>
    public bool AllowsSubdomains { get; set; }

    /// <summary>Whether its mail is to have <c>bounce.&lt;domain&gt;</c> as return path, so that SPF aligns (RFC 7489 §3.1.2).</summary>
    public bool WantsReturnPath { get; set; }

    /// <summary>Since when it has: its records were seen. Null: the installation's own return path is used.</summary>
    public DateTimeOffset? ReturnPathFrom { get; set; }

    /// <summary>What its DMARC record is to ask receivers to do: <c>none</c>, <c>quarantine</c> or <c>reject</c>.</summary>
    public string DmarcPolicy { get; set; } = "none";

    /// <summary>The address that the DMARC record asks reports to; null for none.</summary>
    public string? DmarcReports { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when mail may be sent for it; null while it may not.</summary>
    public DateTimeOffset? VerifiedAt { get; set; }

    /// <summary>Whoever runs the installation vouches for it: DNS is never asked.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>When DNS was asked last.</summary>
    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>Since when no record of a key in use is as it must be; it stays verified for a grace.</summary>
    public DateTimeOffset? BrokenSince { get; set; }

    /// <summary>JSON of what DNS said last: an array of <see cref="Platform.Domains.RecordCheck"/>.</summary>
    public string? Checks { get; set; }
}

/// <summary>A DKIM key of a sender domain. New ones wait until their record is seen, old ones stay until no mail that they have signed is under way.</summary>
public sealed class StoredDkimKey : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>Lower case, A-label.</summary>
    public required string Domain { get; init; }
    public required string Selector { get; init; }

    /// <summary><c>rsa</c> or <c>ed25519</c>, as in the DNS record's k= tag.</summary>
    public required string Algorithm { get; init; }

    /// <summary>PKCS#8, sealed by <see cref="Tenancy.SecretBox"/>.</summary>
    public required byte[] SealedPrivateKey { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it signs; null while its record was not seen yet.</summary>
    public DateTimeOffset? UsedFrom { get; set; }

    /// <summary>Since when another one signs in its place.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    public bool IsInUse => UsedFrom is not null && RetiredAt is null;
}

/// <summary>Something that happened to a sender domain: its history, which is never changed.</summary>
public sealed class DomainEvent : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public Guid DomainId { get; init; }

    /// <summary><c>created</c>, <c>verified</c>, <c>unverified</c>, <c>record_found</c>, <c>record_broken</c>, <c>rotated</c>, <c>key_used</c>, <c>key_retired</c>, <c>return_path_used</c>, <c>return_path_off</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Which record or key, and what is wrong with it; for people.</summary>
    public string? Detail { get; init; }
    public DateTimeOffset At { get; init; }
}
