using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
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

    /// <summary>False when the tenant has no such image.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var image = await db.Images.SingleOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, cancellationToken);
        if (image is null)
            return false;
        image.DeletedAt = time.GetUtcNow();
        await db.SaveChangesAsync(cancellationToken);
        await ForgetBlobsAsync(image);
        return true;
    }

    private Image Describe(Guid tenantId, ImageUpload upload, CheckedPicture picture)
    {
        // Whoever knows the id may see the picture, so nobody may guess it; ids in the order of time could be.
        var id = new Guid(RandomNumberGenerator.GetBytes(16));
        var now = time.GetUtcNow();
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
