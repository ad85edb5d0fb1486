using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage.Images;

namespace ScaiSend.Api.Images;

/// <summary>
/// <c>/v3/images</c>, ours only. <c>GET</c> list, <c>/folders</c> and <c>/{id}</c>: <c>templates.read</c> or <c>mail.send</c>;
/// <c>POST</c> and <c>PATCH</c>: <c>templates.write</c>; <c>DELETE</c>: <c>templates.delete</c>.
/// Errors: 400 for what is no picture of ours, 401, 403, 404, 413 over 10 MB, 415, 422 for wrong fields, 503.
/// </summary>
public static class ImageEndpoints
{
    private const int MaxPatchBytes = 16 * 1024;

    public static void MapImages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/images", ListAsync).OursNeeds(Scopes.TemplatesRead, Scopes.MailSend);
        routes.MapPost("/v3/images", UploadAsync).OursNeeds(Scopes.TemplatesWrite);
        routes.MapGet("/v3/images/folders", FoldersAsync).OursNeeds(Scopes.TemplatesRead, Scopes.MailSend);
        routes.MapGet("/v3/images/{id}", GetAsync).OursNeeds(Scopes.TemplatesRead, Scopes.MailSend);
        routes.MapPatch("/v3/images/{id}", PatchAsync).OursNeeds(Scopes.TemplatesWrite);
        routes.MapDelete("/v3/images/{id}", DeleteAsync).OursNeeds(Scopes.TemplatesDelete);
        routes.MapPublicImages();
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, ImageList list)
    {
        var fields = new QueryFields(http.Request.Query);
        var query = ImageListQuery.Read(fields);
        return fields.Refusal(http) ?? Results.Json(await list.ReadAsync(caller.TenantId, query, http.RequestAborted));
    }

    private static async Task<IResult> FoldersAsync(HttpContext http, Caller caller, ImageList list) =>
        Results.Json(new { folders = await list.FoldersAsync(caller.TenantId, http.RequestAborted) });

    private static async Task<IResult> UploadAsync(
        HttpContext http,
        Caller caller,
        PictureCheck pictures,
        ImageStore store,
        PublicUrl url,
        ILogger<ImageStore> log
    )
    {
        var (upload, refusal) = await ImageUpload.ReadAsync(http, http.RequestAborted);
        if (upload is null)
            return refusal!;
        await using var _ = upload;
        var (picture, reason) = await pictures.LookAsync(upload.File, http.RequestAborted);
        if (picture is null)
            return Refusals.Because(http, StatusCodes.Status400BadRequest, reason!);
        try
        {
            var image = await store.AddAsync(caller.TenantId, upload, picture, http.RequestAborted);
            return Results.Json(ImageShape.Show(image, url), statusCode: StatusCodes.Status201Created);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning("An upload was answered 503: {Reason}", e.Message);
            return Refusals.Unavailable(http);
        }
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, ImageStore store, PublicUrl url) =>
        Answer(http, id, await store.FindAsync(caller.TenantId, id, http.RequestAborted), url);

    private static async Task<IResult> PatchAsync(HttpContext http, Caller caller, string id, ImageStore store, PublicUrl url)
    {
        var body = await BodyFields.ReadAsync(http, MaxPatchBytes, http.RequestAborted);
        var alt = body.Text("alt_text", ImageFields.MaxAltText);
        var folder = body.Text("folder", ImageFields.MaxFolder);
        if (ImageFields.FolderError(folder) is { } wrong)
            body.Refuse("folder", wrong);
        return body.Refusal(http) ?? Answer(http, id, await store.ChangeAsync(caller.TenantId, id, Change, http.RequestAborted), url);

        // Null and an empty text both clear.
        void Change(Image image)
        {
            if (IsGiven(body, "alt_text"))
                image.AltText = alt is { Length: > 0 } ? alt : null;
            if (IsGiven(body, "folder"))
                image.Folder = folder is { Length: > 0 } ? folder : null;
        }
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string id, ImageStore store) =>
        await store.DeleteAsync(caller.TenantId, id, http.RequestAborted) ? Results.NoContent() : Refusals.NotFound(http, "Image", id);

    private static IResult Answer(HttpContext http, string id, Image? image, PublicUrl url) =>
        image is null ? Refusals.NotFound(http, "Image", id) : Results.Json(ImageShape.Show(image, url));

    private static bool IsGiven(BodyFields body, string name) =>
        body.Root.ValueKind == System.Text.Json.JsonValueKind.Object && body.Root.TryGetProperty(name, out _);
}
