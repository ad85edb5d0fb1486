using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Templates;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Templates;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.Console.Templates;

/// <summary>
/// <c>/console/templates/{id}/versions/{versionId}</c> and <c>…/new</c>: a version is written, with a preview beside it that <c>/console/templates/{id}/preview</c>
/// renders from what stands in the form; saved, made active or not, duplicated, and deleted after a page that says what follows.
/// </summary>
public static class VersionPageEndpoints
{
    /// <summary>The preview's own styles and pictures that are in it, as in mail that is shown; no script, no form, nothing from elsewhere.</summary>
    public const string PreviewPolicy =
        "default-src 'none'; img-src data:; style-src 'self' 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

    private const string Above = "/console/templates/{id}";
    private const string New = $"{Above}/versions/new";
    private const string One = $"{Above}/versions/{{versionId}}";

    public static void MapVersionPages(this IEndpointRouteBuilder routes)
    {
        var limit = new FormLimit(VersionFields.MaxBody);
        routes.MapPost($"{Above}/preview", PreviewAsync).PageOfTenant(Scopes.TemplatesRead).WithMetadata(limit);
        routes.MapGet(New, WriteAsync).PageOfTenant(Scopes.TemplatesWrite);
        routes.MapPost(New, AddAsync).PageOfTenant(Scopes.TemplatesWrite).WithMetadata(limit);
        routes.MapGet(One, ShowAsync).PageOfTenant(Scopes.TemplatesRead);
        routes.MapPost(One, SaveAsync).PageOfTenant(Scopes.TemplatesWrite).WithMetadata(limit);
        routes.MapPost($"{One}/duplicate", DuplicateAsync).PageOfTenant(Scopes.TemplatesWrite).WithMetadata(limit);
        routes.MapPost($"{One}/deactivate", DeactivateAsync).PageOfTenant(Scopes.TemplatesWrite).WithMetadata(limit);
        routes.MapGet($"{One}/delete", AskToDeleteAsync).PageOfTenant(Scopes.TemplatesDelete);
        routes.MapPost($"{One}/delete", DeleteAsync).PageOfTenant(Scopes.TemplatesDelete);
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, Visitor visitor, string id, PostedForm form, TemplateParts parts)
    {
        if (await parts.FindAloneAsync(visitor, id, http.RequestAborted) is not { } found)
            return Trouble.NotFound("template");
        var (_, fields, troubles) = VersionDraft.Read(form, isPreview: true);
        var preview =
            troubles.Count > 0
                ? new Preview(null, troubles)
                : Preview.Of(
                    fields.Create(Guid.Empty, visitor.TenantId, found.Id, parts.Time.GetUtcNow()),
                    found.IsDynamic,
                    http.RequestAborted
                );
        var html = await Page.RenderAsync<PreviewPage>(
            http,
            new Dictionary<string, object?> { ["Model"] = new PreviewModel(preview, parts.Paths.Of(ConsoleFiles.Style)) }
        );
        Page.Guard(http.Response.Headers, PreviewPolicy);
        return Results.Text(html, "text/html; charset=utf-8");
    }

    private static async Task<IResult> WriteAsync(HttpContext http, Visitor visitor, string id, TemplateParts parts) =>
        await parts.FindAloneAsync(visitor, id, http.RequestAborted) is { } found
            ? Show(visitor, new VersionModel(found, null, VersionDraft.New(found.IsDynamic)))
            : Trouble.NotFound("template");

    private static async Task<IResult> AddAsync(HttpContext http, Visitor visitor, string id, PostedForm form, TemplateParts parts)
    {
        if (await parts.FindAloneAsync(visitor, id, http.RequestAborted) is not { } found)
            return Trouble.NotFound("template");
        var (draft, fields, troubles) = VersionDraft.Read(form);
        var reason = form.Text("reason");
        var model = new VersionModel(found, null, draft) { Reason = reason };
        if (troubles.Count > 0)
            return Show(visitor, model with { Troubles = troubles });
        fields = fields with { IsActive = form.Text("do") == "activate" };
        var version = fields.Create(Ids.New(parts.Time), visitor.TenantId, found.Id, parts.Time.GetStoredNow());
        if (Faults(visitor, version, found, reason) is { Count: > 0 } faults)
            return Show(visitor, model with { Troubles = faults });
        var change = await parts.Versions.AddAsync(
            visitor.TenantId,
            model.TemplateId,
            version,
            activatesFirst: false,
            visitor.Act(reason),
            http.RequestAborted
        );
        if (change != VersionChange.Done)
            return Refused(change);
        return new SeeOther($"templates/{model.TemplateId}/versions/{Show(version.Id)}", Saved(version.IsActive));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, string id, string versionId, TemplateParts parts) =>
        await FindAsync(http, visitor, id, versionId, parts) is var (template, version)
            ? Show(visitor, new VersionModel(template, version, VersionDraft.Of(version)))
            : Trouble.NotFound("version");

    private static async Task<IResult> SaveAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        string versionId,
        PostedForm form,
        TemplateParts parts
    )
    {
        if (await FindAsync(http, visitor, id, versionId, parts) is not var (template, version))
            return Trouble.NotFound("version");
        var (draft, fields, troubles) = VersionDraft.Read(form);
        var reason = form.Text("reason");
        var model = new VersionModel(template, version, draft) { Reason = reason };
        if (troubles.Count > 0)
            return Show(visitor, model with { Troubles = troubles });
        if (form.Text("do") == "activate")
            fields = fields with { IsActive = true };
        // Compiled as it will be stored; what another change stores meanwhile cannot make this one wrong.
        fields.Apply(version);
        if (Faults(visitor, version, template, reason) is { Count: > 0 } faults)
            return Show(visitor, model with { Troubles = faults });
        var change = await parts.Versions.UpdateAsync(
            visitor.TenantId,
            model.TemplateId,
            version.Id,
            fields.Apply,
            visitor.Act(reason),
            http.RequestAborted
        );
        if (change != VersionChange.Done)
            return Refused(change);
        return new SeeOther(model.Page, Saved(version.IsActive));
    }

    private static async Task<IResult> DeactivateAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        string versionId,
        PostedForm form,
        TemplateParts parts
    )
    {
        if (await FindAsync(http, visitor, id, versionId, parts) is not var (template, version))
            return Trouble.NotFound("version");
        if (visitor.WrongReason(form.Text("reason")) is { } trouble)
            return Trouble.BadForm(trouble);
        var model = new VersionModel(template, version, VersionDraft.Of(version));
        var change = await parts.Versions.UpdateAsync(
            visitor.TenantId,
            model.TemplateId,
            version.Id,
            row => row.IsActive = false,
            visitor.Act(form.Text("reason")),
            http.RequestAborted
        );
        if (change != VersionChange.Done)
            return Refused(change);
        return new SeeOther(model.Page, "It is not active any more. New mail with this template is refused until a version is.");
    }

    private static async Task<IResult> DuplicateAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        string versionId,
        PostedForm form,
        TemplateParts parts
    )
    {
        if (!VersionEndpoints.TryRead(id, versionId, out var template, out var version))
            return Trouble.NotFound("version");
        if (visitor.WrongReason(form.Text("reason")) is { } trouble)
            return Trouble.BadForm(trouble);
        var (change, copy) = await parts.Versions.DuplicateAsync(
            visitor.TenantId,
            template,
            version,
            name: null,
            visitor.Act(form.Text("reason")),
            http.RequestAborted
        );
        if (change != VersionChange.Done)
            return Refused(change);
        return new SeeOther($"templates/{template}/versions/{Show(copy!.Id)}", "This is the copy, as the version was saved last.");
    }

    private static async Task<IResult> AskToDeleteAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        string versionId,
        TemplateParts parts
    ) =>
        await FindAsync(http, visitor, id, versionId, parts) is var (template, version)
            ? Deletion(template, version, "").Show()
            : Trouble.NotFound("version");

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        string versionId,
        PostedForm form,
        TemplateParts parts
    )
    {
        if (await FindAsync(http, visitor, id, versionId, parts) is not var (template, version))
            return Trouble.TooLate("The version is deleted already.");
        var reason = form.Text("reason");
        if (visitor.WrongReason(reason) is { } trouble)
            return Deletion(template, version, reason).Show(trouble);
        var templateId = TemplateId.Of(template);
        var change = await parts.Versions.DeleteAsync(
            visitor.TenantId,
            templateId,
            version.Id,
            mayBeActive: false,
            visitor.Act(reason),
            http.RequestAborted
        );
        if (change != VersionChange.Done)
            return Refused(change);
        return new SeeOther($"templates/{templateId}", $"The version “{version.Name}” is deleted.");
    }

    private static Confirmation Deletion(Template template, TemplateVersion version, string reason) =>
        new(
            "Delete the version",
            $"templates/{TemplateId.Of(template)}/versions/{Show(version.Id)}/delete",
            (version.Name, $"templates/{TemplateId.Of(template)}/versions/{Show(version.Id)}"),
            [$"The version “{version.Name}” is deleted. It cannot be taken back. Mail that was accepted with it is sent."],
            IsDanger: true
        )
        {
            Warning = version.IsActive ? "It is active. Make another version active first, or this one not." : null,
            Reason = reason,
        };

    private static async Task<(Template Template, TemplateVersion Version)?> FindAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        string versionId,
        TemplateParts parts
    ) =>
        VersionEndpoints.TryRead(id, versionId, out var templateId, out var known)
        && await parts.Templates.FindAloneAsync(visitor.TenantId, templateId, http.RequestAborted) is { } template
        && await parts.Versions.FindAsync(visitor.TenantId, templateId, known, http.RequestAborted) is { } version
            ? (template, version)
            : null;

    private static IReadOnlyList<string> Faults(Visitor visitor, TemplateVersion version, Template template, string reason) =>
        CompiledVersion.Compile(TemplateSource.Of(version, template.IsDynamic), out var errors) is null ? Preview.Words(errors)
        : visitor.WrongReason(reason) is { } trouble ? [trouble]
        : [];

    private static Page Show(Visitor visitor, VersionModel model)
    {
        var title = model.Stored?.Name ?? "New version";
        return Page.Of<VersionPage>(
            model.Troubles.Count == 0 ? title : $"Error: {title}",
            model with
            {
                MayWrite = visitor.May(Scopes.TemplatesWrite),
                MayDelete = visitor.May(Scopes.TemplatesDelete),
            },
            model.Troubles.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    private static IResult Refused(VersionChange change) =>
        change switch
        {
            VersionChange.NoTemplate => Trouble.NotFound("template"),
            VersionChange.NoVersion => Trouble.NotFound("version"),
            VersionChange.TooMany => Trouble.TooLate($"A template has at most {StoredVersions.MaxVersions} versions. Delete some first."),
            VersionChange.IsActive => Trouble.TooLate("The version is active. Make another one active first, or this one not."),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "This is no refusal"),
        };

    private static string Saved(bool isActive) =>
        isActive ? "It is saved and active: new mail is made of it." : "It is saved. Mail is made of it as soon as it is active.";

    private static string Show(Guid version) => Ids.Show(VersionId.Prefix, version);
}
