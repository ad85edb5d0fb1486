using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Images;
using ScaiSend.Processing.Rendering;

namespace ScaiSend.Processing.Tracking;

/// <summary>
/// Reads the images that a mail is to carry in itself, of its own tenant only. Those that are deleted, missing, or too many for <see cref="MaxBytes"/> are
/// left out; the mail then shows them by URL.
/// </summary>
public sealed class EmbeddedImages(MailDatabase database, IBlobStore blobs)
{
    /// <summary>Most bytes of images in one mail, before base64.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    internal static readonly IReadOnlyDictionary<Guid, FileEntity> None = new Dictionary<Guid, FileEntity>();

    internal async Task<IReadOnlyDictionary<Guid, FileEntity>> ReadAsync(
        Guid tenantId,
        IReadOnlyList<Guid> ids,
        CancellationToken cancellationToken
    )
    {
        if (ids.Count == 0)
            return None;
        var found = await FindAsync(tenantId, ids, cancellationToken);
        var files = new Dictionary<Guid, FileEntity>();
        var room = MaxBytes;
        // In the order of the mail, so that the same mail always carries the same images.
        foreach (var id in ids.Distinct())
        {
            if (!found.TryGetValue(id, out var image) || image.Size > room || await ReadAsync(image, cancellationToken) is not { } bytes)
                continue;
            room -= (int)image.Size;
            var contentId = Ids.Show(Ids.Image, id);
            files[id] = new FileEntity(
                new Attachment(image.BlobKey, image.Size, image.FileName, image.ContentType, IsInline: true, contentId),
                bytes
            );
        }
        return files;
    }

    private async Task<Dictionary<Guid, Image>> FindAsync(Guid tenantId, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db
            .Images.AsNoTracking()
            .Where(image => ids.Contains(image.Id) && image.DeletedAt == null)
            .ToDictionaryAsync(image => image.Id, cancellationToken);
    }

    // Held in the mail, however large: the image may be deleted before the mail is sent.
    private async Task<byte[]?> ReadAsync(Image image, CancellationToken cancellationToken)
    {
        await using var stored = await blobs.OpenAsync(image.BlobKey, cancellationToken);
        if (stored is null)
            return null;
        var bytes = new byte[image.Size];
        return await stored.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken) == bytes.Length
            ? bytes
            : null;
    }
}
