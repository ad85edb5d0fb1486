using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Templates;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>
/// <c>/v3/templates/{id}/versions</c>: list, create, get, change, activate, deactivate, duplicate, delete.
/// Errors: 400 (a part that is no template, with line and column; deleting the active version; too many versions), 401, 403, 404, 413, 422.
/// </summary>
public static class VersionEndpoints
{
    private const string All = "/v3/templates/{id}/versions";
    private const string One = All + "/{versionId}";

    public static void MapTemplateVersions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, ListAsync).OursNeeds(Scopes.TemplatesRead);
        routes.MapPost(All, CreateAsync).Needs(Scopes.TemplatesWrite);
        routes.MapGet(One, GetAsync).Needs(Scopes.TemplatesRead);
        routes.MapPatch(One, ChangeAsync).Needs(Scopes.TemplatesWrite);
        routes.MapDelete(One, DeleteAsync).Needs(Scopes.TemplatesDelete);
        routes.MapPost(One + "/activate", ActivateAsync).Needs(Scopes.TemplatesWrite);
        routes.MapPost(One + "/deactivate", DeactivateAsync).OursNeeds(Scopes.TemplatesWrite);
        routes.MapPost(One + "/duplicate", DuplicateAsync).OursNeeds(Scopes.TemplatesWrite);
        routes.MapPost(One + "/render", RenderVersion.HandleAsync).OursNeeds(Scopes.TemplatesRead);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, string id, StoredTemplates templates) =>
        TemplateId.TryRead(id, out var templateId)
        && await templates.FindAsync(caller.TenantId, templateId, http.RequestAborted) is { } template
            ? TemplateShape.Versions(http, template)
            : Refusals.NotFound(http, "Template", id);

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, string versionId, StoredVersions versions) =>
        TryRead(id, versionId, out var template, out var version)
        && await versions.FindAsync(caller.TenantId, template, version, http.RequestAborted) is { } found
            ? TemplateShape.Version(http, template, found)
            : NotFound(http, versionId);

    private static async Task<IResult> CreateAsync(HttpContext http, Caller caller, string id, StoredVersions versions, TimeProvider time)
    {
        var body = await BodyFields.ReadAsync(http, VersionFields.MaxBody, http.RequestAborted);
        var fields = VersionFields.Read(body, isNew: true, needsSubject: http.Dialect() == Dialect.SendGrid);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (!TemplateId.TryRead(id, out var templateId))
            return Refusals.NotFound(http, "Template", id);
        var version = fields.Create(Ids.New(time), caller.TenantId, templateId.Id, time.GetStoredNow());
        return NotTemplates(http, templateId, version) ?? await AddAsync(http, caller, templateId, version, versions);
    }

    private static async Task<IResult> DuplicateAsync(HttpContext http, Caller caller, string id, string versionId, StoredVersions versions)
    {
        var body = await BodyFields.ReadAsync(http, VersionFields.MaxBody, http.RequestAborted);
        var name = body.Text("name", VersionFields.MaxName, min: 1);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (!TryRead(id, versionId, out var template, out var version))
            return NotFound(http, versionId);
        var (change, copy) = await versions.DuplicateAsync(caller.TenantId, template, version, name, act: null, http.RequestAborted);
        return change == VersionChange.Done
            ? TemplateShape.Version(http, template, copy!, StatusCodes.Status201Created)
            : Refuse(http, change, id, versionId);
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        Caller caller,
        TemplateId template,
        TemplateVersion version,
        StoredVersions versions
    )
    {
        // SendGrid makes the first version active whatever was asked for; the documented default is 0.
        var activatesFirst = http.Dialect() == Dialect.SendGrid;
        var change = await versions.AddAsync(caller.TenantId, template, version, activatesFirst, act: null, http.RequestAborted);
        return change == VersionChange.Done
            ? TemplateShape.Version(http, template, version, StatusCodes.Status201Created)
            : Refuse(http, change, template.ToString(), VersionId.Prefix);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, Caller caller, string id, string versionId, StoredVersions versions)
    {
        var body = await BodyFields.ReadAsync(http, VersionFields.MaxBody, http.RequestAborted);
        var fields = VersionFields.Read(body, isNew: false, needsSubject: false);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (
            !TryRead(id, versionId, out var template, out var version)
            || await versions.FindAsync(caller.TenantId, template, version, http.RequestAborted) is not { } current
        )
            return NotFound(http, versionId);
        // Each part is compiled by itself, so what is stored meanwhile by another change cannot make this one wrong.
        fields.Apply(current);
        return NotTemplates(http, template, current) ?? await UpdateAsync(http, caller, id, versionId, versions, fields.Apply);
    }

    private static Task<IResult> ActivateAsync(HttpContext http, Caller caller, string id, string versionId, StoredVersions versions) =>
        UpdateAsync(http, caller, id, versionId, versions, version => SetActive(version, true));

    private static Task<IResult> DeactivateAsync(HttpContext http, Caller caller, string id, string versionId, StoredVersions versions) =>
        UpdateAsync(http, caller, id, versionId, versions, version => SetActive(version, false));

    // The wording stays as it is.
    private static bool SetActive(TemplateVersion version, bool isActive)
    {
        version.IsActive = isActive;
        return false;
    }

    private static async Task<IResult> UpdateAsync(
        HttpContext http,
        Caller caller,
        string id,
        string versionId,
        StoredVersions versions,
        Func<TemplateVersion, bool> change
    )
    {
        if (!TryRead(id, versionId, out var template, out var version))
            return NotFound(http, versionId);
        var changed = await versions.UpdateAsync(caller.TenantId, template, version, change, act: null, http.RequestAborted);
        return changed == VersionChange.Done ? await GetAsync(http, caller, id, versionId, versions) : Refuse(http, changed, id, versionId);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string id, string versionId, StoredVersions versions)
    {
        if (!TryRead(id, versionId, out var template, out var version))
            return NotFound(http, versionId);
        // SendGrid lets go of the active version too, and its clients' clean-ups count on that.
        var mayBeActive = http.Dialect() == Dialect.SendGrid;
        var changed = await versions.DeleteAsync(caller.TenantId, template, version, mayBeActive, act: null, http.RequestAborted);
        return changed == VersionChange.Done ? Results.NoContent() : Refuse(http, changed, id, versionId);
    }

    private static IResult Refuse(HttpContext http, VersionChange change, string id, string versionId) =>
        change switch
        {
            VersionChange.NoTemplate => Refusals.NotFound(http, "Template", id),
            VersionChange.TooMany => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                $"A template may have at most {StoredVersions.MaxVersions} versions"
            ),
            VersionChange.IsActive => Refusals.Because(
                http,
                StatusCodes.Status400BadRequest,
                "The only active version of a template cannot be deleted: activate another one, or deactivate it, first"
            ),
            _ => NotFound(http, versionId),
        };

    private static IResult? NotTemplates(HttpContext http, TemplateId template, TemplateVersion version) =>
        CompiledVersion.Compile(TemplateSource.Of(version, template.IsDynamic), out var errors) is null
            ? TemplateShape.NotTemplates(http, errors)
            : null;

    internal static bool TryRead(string id, string versionId, out TemplateId template, out Guid version)
    {
        version = default;
        return TemplateId.TryRead(id, out template) && VersionId.TryRead(versionId, out version);
    }

    internal static IResult NotFound(HttpContext http, string versionId) => Refusals.NotFound(http, "Template version", versionId);
}
