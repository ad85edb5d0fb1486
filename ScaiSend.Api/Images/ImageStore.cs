using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Images;

namespace ScaiSend.Api.Images;

/// <summary>Puts images into the blob store and the database, and takes them out. Blobs come first and go last: a row's bytes are always there.</summary>
public sealed class ImageStore(MailDatabase database, IBlobStore blobs, TimeProvider time, ILogger<ImageStore> log)
{
    /// <summary>Stores the picture with its thumbnail. When this throws, what was stored is gone again, unless nobody can tell whether the row was committed.</summary>
    public async Task<Image> AddAsync(Guid tenantId, ImageUpload upload, CheckedPicture picture, CancellationToken cancellationToken)
    {
        var image = Describe(tenantId, upload, picture);
        try
        {
            upload.File.Position = 0;
            await blobs.PutAsync(image.BlobKey, upload.File, cancellationToken);
            using var thumbnail = new MemoryStream(picture.Thumbnail.Bytes, writable: false);
            await blobs.PutAsync(image.ThumbnailKey, thumbnail, cancellationToken);
        }
        catch
        {
            await ForgetBlobsAsync(image);
            throw;
        }
        try
        {
            // Not broken off when the caller goes: it would be unknown whether the row is there.
            using var turn = await database.Dialect.TakeTurnAsync(CancellationToken.None);
            await using var db = database.For(tenantId);
            db.Images.Add(image);
            await db.SaveChangesAsync(CancellationToken.None);
        }
        catch
        {
            // The connection may have broken after the commit: then the row needs its blobs.
            await using var db = database.For(tenantId);
            if (!await db.Images.AnyAsync(i => i.Id == image.Id, CancellationToken.None))
                await ForgetBlobsAsync(image);
            throw;
        }
        return image;
    }

    /// <summary>The image, or null when the tenant has none of this id, or none any more.</summary>
    public async Task<Image?> FindAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await FindAsync(db, id, cancellationToken);
    }

    /// <summary>Changes what was said about an image; null when the tenant has none of this id.</summary>
    public async Task<Image?> ChangeAsync(Guid tenantId, string id, Action<Image> change, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        if (await FindAsync(db, id, cancellationToken) is not { } image)
            return null;
        change(image);
        if (db.ChangeTracker.HasChanges())
            image.UpdatedAt = time.GetStoredNow();
        await db.SaveChangesAsync(cancellationToken);
        return image;
    }

    /// <summary>False when the tenant has no such image.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        if (await ChangeAsync(tenantId, id, i => i.DeletedAt = time.GetStoredNow(), cancellationToken) is not { } image)
            return false;
        await ForgetBlobsAsync(image);
        return true;
    }

    private static async Task<Image?> FindAsync(MailDb db, string id, CancellationToken cancellationToken) =>
        Ids.TryRead(Ids.Image, id, out var imageId)
            ? await db.Images.SingleOrDefaultAsync(i => i.Id == imageId && i.DeletedAt == null, cancellationToken)
            : null;

    private Image Describe(Guid tenantId, ImageUpload upload, CheckedPicture picture)
    {
        // Whoever knows the id may see the picture, so nobody may guess it; ids in the order of time could be.
        var id = new Guid(RandomNumberGenerator.GetBytes(16));
        var now = time.GetStoredNow();
        var original = FileNames.Original(upload.FileName, picture.Format);
        return new Image
        {
            Id = id,
            TenantId = tenantId,
            FileName = FileNames.Safe(original, picture.Format),
            OriginalFileName = original,
            ContentType = picture.Format.ContentType,
            Size = upload.File.Length,
            Width = picture.Width,
            Height = picture.Height,
            AltText = upload.AltText,
            Folder = upload.Folder,
            Hash = upload.Hash!,
            BlobKey = $"images/{id:N}",
            ThumbnailKey = $"thumbnails/{id:N}",
            ThumbnailType = picture.Thumbnail.ContentType,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    // Not by the caller's token: a caller who has gone leaves nothing behind either.
    private async Task ForgetBlobsAsync(Image image)
    {
        foreach (var key in (string[])[image.BlobKey, image.ThumbnailKey])
        {
            try
            {
                await blobs.DeleteAsync(key, CancellationToken.None);
            }
            catch (Exception e)
            {
                log.LogWarning("The blob {Key} stays behind and costs room: {Reason}", key, e.Message);
            }
        }
    }
}
