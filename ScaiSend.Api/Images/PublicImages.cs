using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Images;

namespace ScaiSend.Api.Images;

/// <summary>
/// <c>GET</c> and <c>HEAD /i/{id}</c>, for readers of mails: no credential; the id is the permission. 200, 304 for what the reader has already,
/// 404 for what never was, 410 for what was deleted.
/// </summary>
public static class PublicImages
{
    // A picture never changes under its id, so nobody need ask again.
    private const string ForEver = "public, max-age=31536000, immutable";

    private const int MaxThumbnailBytes = 1024 * 1024;

    public static void MapPublicImages(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/i/{id}", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    private static async Task<IResult> AnswerAsync(
        HttpContext http,
        string id,
        MailDatabase database,
        IBlobStore blobs,
        ILogger<ImageStore> log
    )
    {
        // The query string is the only other input; a variant that is none shows nothing by mistake.
        var isThumbnail = http.Request.Query["variant"].ToString() == "thumbnail";
        if (
            !isThumbnail && http.Request.Query.ContainsKey("variant")
            || await FindAsync(database, id, http.RequestAborted) is not { } image
        )
            return Refusals.NotFound(http);
        if (image.DeletedAt is not null)
            return Refusals.Because(http, StatusCodes.Status410Gone, "This image was deleted");

        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(image.Hash)}{(isThumbnail ? "-thumbnail" : "")}\"");
        if (IsKnown(http.Request, tag))
        {
            Describe(http.Response, tag);
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }
        if (!isThumbnail && HttpMethods.IsHead(http.Request.Method))
        {
            Describe(http.Response, tag, image.ContentType, image.Size);
            return Results.Empty;
        }
        return await OpenAsync(blobs, isThumbnail ? image.ThumbnailKey : image.BlobKey, log, http.RequestAborted) switch
        {
            (true, null) => Refusals.NotFound(http),
            (true, { } blob) => await SendAsync(http, image, isThumbnail, tag, blob),
            _ => Refusals.Unavailable(http),
        };
    }

    // Across tenants on purpose: the reader of a mail belongs to none.
    private static async Task<Image?> FindAsync(MailDatabase database, string id, CancellationToken cancellationToken)
    {
        if (!Ids.TryRead(Ids.Image, id, out var imageId))
            return null;
        await using var db = database.ForPlatform();
        return await db.Images.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(i => i.Id == imageId, cancellationToken);
    }

    // RFC 9110 §13.1.2: the weak comparison, and a star for any.
    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        request
            .GetTypedHeaders()
            .IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));

    private static async Task<(bool IsUp, Stream? Blob)> OpenAsync(
        IBlobStore blobs,
        string key,
        ILogger log,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var blob = await blobs.OpenAsync(key, cancellationToken);
            if (blob is null)
                log.LogWarning("The blob {Key} is missing", key);
            return (true, blob);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("The blob {Key} cannot be opened: {Reason}", key, e.Message);
            return (false, null);
        }
    }

    private static async Task<IResult> SendAsync(HttpContext http, Image image, bool isThumbnail, EntityTagHeaderValue tag, Stream blob)
    {
        await using var _ = blob;
        if (!isThumbnail)
        {
            Describe(http.Response, tag, image.ContentType, image.Size);
            await blob.CopyToAsync(http.Response.Body, http.RequestAborted);
            return Results.Empty;
        }
        // Small enough to be read first, and then its length is known.
        using var thumbnail = new MemoryStream();
        await blob.CopyToAsync(thumbnail, http.RequestAborted);
        if (thumbnail.Length > MaxThumbnailBytes)
            throw new InvalidDataException("The thumbnail has an impossible length");
        Describe(http.Response, tag, image.ThumbnailType, thumbnail.Length);
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(thumbnail.GetBuffer().AsMemory(0, (int)thumbnail.Length), http.RequestAborted);
        return Results.Empty;
    }

    private static void Describe(HttpResponse response, EntityTagHeaderValue tag, string? contentType = null, long? length = null)
    {
        response.Headers.CacheControl = ForEver;
        response.Headers.ETag = tag.ToString();
        // What a tenant uploaded is shown as a picture or not at all, whatever else it may be.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'";
        response.ContentType = contentType;
        response.ContentLength = length;
    }
}
