namespace ScaiSend.Platform.Storage.Messages;

/// <summary>One personalization: the unit that the caller knows by its public id.</summary>
public sealed class Message : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }
    public Guid ContentId { get; init; }
    public required string FromEmail { get; init; }
    public string? FromName { get; init; }
    public required string Subject { get; init; }

    /// <summary>JSON array of the To addresses.</summary>
    public required string ToEmails { get; init; }

    /// <summary>JSON array.</summary>
    public required string Categories { get; init; }

    /// <summary>JSON object of the caller's arguments, request and personalization merged; null when there are none. Every event carries them.</summary>
    public string? CustomArgs { get; init; }

    /// <summary>JSON of the contract's Personalization.</summary>
    public required byte[] Personalization { get; init; }
    public string? BatchId { get; init; }

    /// <summary>The template as the caller named it.</summary>
    public string? TemplateId { get; init; }
    public bool IsSandbox { get; init; }

    /// <summary>JSON of the request's settings that later stages honour.</summary>
    public string? Settings { get; init; }
    public DateTimeOffset? SendAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its body was deleted; from then on nobody reads its <see cref="Content"/>.</summary>
    public DateTimeOffset? BodyDeletedAt { get; set; }
}

/// <summary>What the personalizations of one request share. The row is there as long as the bodies of its messages are.</summary>
public sealed class Content : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>JSON of the contract's MessageContent; null when it is large and lies in the blob store.</summary>
    public byte[]? Body { get; init; }
    public string? BlobKey { get; init; }
}
