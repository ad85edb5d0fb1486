namespace ScaiSend.Platform.Storage.Images;

/// <summary>A picture that mails show, either by URL or embedded. Its bytes and its thumbnail's are in the blob store.</summary>
public sealed class Image : IOfTenant
{
    public Guid Id { get; init; }
    public Guid TenantId { get; init; }

    /// <summary>Fit for a URL or a mail.</summary>
    public required string FileName { get; init; }

    /// <summary>As uploaded.</summary>
    public required string OriginalFileName { get; init; }
    public required string ContentType { get; init; }
    public long Size { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public string? AltText { get; set; }
    public string? Folder { get; set; }

    /// <summary>SHA-256 of the bytes; the ETag.</summary>
    public required byte[] Hash { get; init; }
    public required string BlobKey { get; init; }
    public required string ThumbnailKey { get; init; }
    public required string ThumbnailType { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Set when the owner deleted it: its URL answers 410 from then on.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
