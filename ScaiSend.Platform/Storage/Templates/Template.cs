namespace ScaiSend.Platform.Storage.Templates;

/// <summary>A named container of versions, of which at most one is active.</summary>
public sealed class Template : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>Unique within the tenant.</summary>
    public required string Name { get; set; }

    /// <summary>Handlebars (id shown as <c>d-…</c>), or legacy with substitutions (id shown as a GUID).</summary>
    public bool IsDynamic { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>One wording of a template.</summary>
public sealed class TemplateVersion : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public Guid TemplateId { get; init; }
    public required string Name { get; set; }
    public required string Subject { get; set; }
    public string? Preheader { get; set; }
    public required string HtmlContent { get; set; }
    public required string PlainContent { get; set; }

    /// <summary>Whether the text is made from the HTML.</summary>
    public bool GeneratesPlainContent { get; set; }

    /// <summary><c>code</c> or <c>design</c>; only remembered.</summary>
    public required string Editor { get; set; }

    /// <summary>JSON of tracking settings that go before the tenant's; null when there are none.</summary>
    public string? Tracking { get; set; }

    /// <summary>JSON that the owner tries the template with.</summary>
    public string? TestData { get; set; }
    public bool IsActive { get; set; }

    /// <summary>Grows with each change of the wording, so that what was compiled from an older one is not used.</summary>
    public int Revision { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Set when the owner deleted it; the row stays for mail that was accepted with it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
