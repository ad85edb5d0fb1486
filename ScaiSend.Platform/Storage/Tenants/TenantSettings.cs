namespace ScaiSend.Platform.Storage.Tenants;

/// <summary>What a tenant has set for itself; no row means the defaults.</summary>
public sealed class TenantSettings : IOfTenant
{
    public Guid TenantId { get; init; }

    /// <summary>JSON of its tracking settings; what is not named has its default.</summary>
    public string? Tracking { get; set; }

    /// <summary>IANA name of the zone whose days its statistics count; UTC when null.</summary>
    public string? TimeZone { get; set; }

    /// <summary>Days that bodies are kept; the instance's default when null. The same for the next two.</summary>
    public int? KeepBodiesDays { get; set; }
    public int? KeepEventsDays { get; set; }
    public int? KeepDeliveriesDays { get; set; }

    /// <summary>Mails that it may hand over in a second; the instance's default when null. The same for the next two.</summary>
    public int? MailSendPerSecond { get; set; }
    public int? MessagesPerSecond { get; set; }
    public int? OthersPerSecond { get; set; }

    /// <summary>Whether who runs the installation has set these limits, so that nobody else changes them.</summary>
    public bool AreLimitsStaffs { get; set; }
}
