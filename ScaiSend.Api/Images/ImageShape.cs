using ScaiSend.Contracts;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage.Images;

namespace ScaiSend.Api.Images;

/// <summary>An image as callers see it.</summary>
public static class ImageShape
{
    public static object Show(Image image, PublicUrl url)
    {
        var id = Ids.Show(Ids.Image, image.Id);
        var address = url.Of($"/i/{id}");
        return new
        {
            id,
            filename = image.FileName,
            original_filename = image.OriginalFileName,
            content_type = image.ContentType,
            size = image.Size,
            width = image.Width,
            height = image.Height,
            url = address,
            thumbnail_url = $"{address}?variant=thumbnail",
            alt_text = image.AltText,
            folder = image.Folder,
            created_at = image.CreatedAt,
            updated_at = image.UpdatedAt,
        };
    }
}
