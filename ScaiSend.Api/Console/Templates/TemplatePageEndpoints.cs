using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Templates;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Api.Console.Templates;

/// <summary>
/// <c>/console/templates</c>: a tenant's templates, and one more; <c>/console/templates/{id}</c>: one with its versions; renamed, duplicated, and deleted
/// after a page that says what follows. Its versions are in <see cref="VersionPageEndpoints"/>.
/// </summary>
public static class TemplatePageEndpoints
{
    private const string One = "/console/templates/{id}";
    private const int PageSize = 50;

    private static readonly Dictionary<string, string> Labels = new() { ["name"] = "The name" };

    public static void MapTemplatePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/templates", ListAsync).PageOfTenant(Scopes.TemplatesRead).InMenu("Templates", MenuPart.Mail, order: 3);
        routes.MapPost("/console/templates", AddAsync).PageOfTenant(Scopes.TemplatesWrite);
        routes.MapGet(One, ShowAsync).PageOfTenant(Scopes.TemplatesRead);
        routes.MapPost($"{One}/rename", RenameAsync).PageOfTenant(Scopes.TemplatesWrite);
        routes.MapPost($"{One}/duplicate", DuplicateAsync).PageOfTenant(Scopes.TemplatesWrite);
        routes.MapGet($"{One}/delete", AskToDeleteAsync).PageOfTenant(Scopes.TemplatesDelete);
        routes.MapPost($"{One}/delete", DeleteAsync).PageOfTenant(Scopes.TemplatesDelete);
    }

    private static Task<IResult> ListAsync(HttpContext http, Visitor visitor, TemplateParts parts) =>
        AllAsync(http, visitor, parts, new TemplateForm("", true, "", []));

    private static async Task<IResult> AllAsync(HttpContext http, Visitor visitor, TemplateParts parts, TemplateForm typed)
    {
        TemplateId? after = TemplateId.TryRead(http.Request.Query["after"], out var id) ? id : null;
        var query = new TemplateListQuery(HasDynamic: true, HasLegacy: true, PageSize, after);
        var page = await parts.List.ReadAsync(visitor.TenantId, query, http.RequestAborted);
        return Page.Of<TemplatesPage>(
            Title("Templates", typed.Troubles),
            new TemplatesModel(page, after is not null, typed, visitor.May(Scopes.TemplatesWrite)),
            Status(typed.Troubles)
        );
    }

    private static async Task<IResult> AddAsync(HttpContext http, Visitor visitor, PostedForm form, TemplateParts parts)
    {
        var typed = Typed(form, visitor);
        if (typed.Troubles.Count > 0)
            return await AllAsync(http, visitor, parts, typed);
        var added = await parts.Templates.CreateAsync(
            visitor.TenantId,
            typed.Name,
            typed.IsDynamic,
            [],
            visitor.Act(typed.Reason),
            http.RequestAborted
        );
        if (added is null)
            return await AllAsync(http, visitor, parts, typed with { Troubles = [Taken(typed.Name)] });
        return new SeeOther(
            $"templates/{TemplateId.Of(added.Template)}/versions/new",
            "The template is there. Write its first version now."
        );
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, string id, TemplateParts parts) =>
        await parts.FindAsync(visitor, id, http.RequestAborted) is { } found
            ? Show(visitor, found, new TemplateForm(found.Template.Name, found.Template.IsDynamic, "", []))
            : Trouble.NotFound("template");

    private static Page Show(Visitor visitor, TemplateWithVersions found, TemplateForm typed) =>
        Page.Of<OneTemplatePage>(
            Title(found.Template.Name, typed.Troubles),
            new TemplateModel(found, typed, visitor.May(Scopes.TemplatesWrite), visitor.May(Scopes.TemplatesDelete)),
            Status(typed.Troubles)
        );

    private static async Task<IResult> RenameAsync(HttpContext http, Visitor visitor, string id, PostedForm form, TemplateParts parts)
    {
        if (await parts.FindAsync(visitor, id, http.RequestAborted) is not { } found)
            return Trouble.NotFound("template");
        var typed = Typed(form, visitor);
        if (typed.Troubles.Count > 0)
            return Show(visitor, found, typed);
        var templateId = TemplateId.Of(found.Template);
        var isRenamed = await parts.Templates.RenameAsync(
            visitor.TenantId,
            templateId,
            typed.Name,
            visitor.Act(typed.Reason),
            http.RequestAborted
        );
        if (isRenamed is null)
            return Trouble.NotFound("template");
        if (isRenamed == false)
            return Show(visitor, found, typed with { Troubles = [Taken(typed.Name)] });
        return new SeeOther($"templates/{templateId}", "It is renamed.");
    }

    private static async Task<IResult> DuplicateAsync(HttpContext http, Visitor visitor, string id, PostedForm form, TemplateParts parts)
    {
        if (
            !TemplateId.TryRead(id, out var original)
            || await parts.Templates.FindAsync(visitor.TenantId, original, http.RequestAborted) is not { } found
        )
            return Trouble.NotFound("template");
        var reason = form.Text("reason");
        if (visitor.WrongReason(reason) is { } trouble)
            return Trouble.BadForm(trouble);
        if (
            await parts.Templates.DuplicateAsync(visitor.TenantId, found, name: null, visitor.Act(reason), http.RequestAborted)
            is not { } copy
        )
            return Trouble.TooLate("There are many copies of it already. Rename or delete some.");
        return new SeeOther($"templates/{TemplateId.Of(copy.Template)}", "This is the copy.");
    }

    private static async Task<IResult> AskToDeleteAsync(HttpContext http, Visitor visitor, string id, TemplateParts parts) =>
        await parts.FindAsync(visitor, id, http.RequestAborted) is { } found ? Deletion(found, "").Show() : Trouble.NotFound("template");

    private static async Task<IResult> DeleteAsync(HttpContext http, Visitor visitor, string id, PostedForm form, TemplateParts parts)
    {
        if (await parts.FindAsync(visitor, id, http.RequestAborted) is not { } found)
            return Trouble.TooLate("The template is deleted already.");
        var reason = form.Text("reason");
        if (visitor.WrongReason(reason) is { } trouble)
            return Deletion(found, reason).Show(trouble);
        await parts.Templates.DeleteAsync(visitor.TenantId, TemplateId.Of(found.Template), visitor.Act(reason), http.RequestAborted);
        return new SeeOther("templates", $"“{found.Template.Name}” is deleted.");
    }

    private static Confirmation Deletion(TemplateWithVersions found, string reason) =>
        new(
            "Delete the template",
            $"templates/{TemplateId.Of(found.Template)}/delete",
            (found.Template.Name, $"templates/{TemplateId.Of(found.Template)}"),
            [
                $"“{found.Template.Name}” is deleted with all its versions. It cannot be taken back.",
                "New mail with it is refused from now on. Mail that was accepted with it is sent.",
            ],
            IsDanger: true
        )
        {
            Reason = reason,
        };

    private static TemplateForm Typed(PostedForm form, Visitor visitor)
    {
        var body = form.AsBody(["name"]);
        body.Required("name", StoredTemplates.MaxName);
        var troubles = body.Sentences(Labels);
        if (visitor.WrongReason(form.Text("reason")) is { } trouble)
            troubles = [.. troubles, trouble];
        return new TemplateForm(form.Text("name"), form.Text("generation") != "legacy", form.Text("reason"), troubles);
    }

    private static string Taken(string name) => $"There is a template with the name “{name}” already.";

    private static string Title(string title, IReadOnlyList<string> troubles) => troubles.Count == 0 ? title : $"Error: {title}";

    private static int Status(IReadOnlyList<string> troubles) =>
        troubles.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;
}

/// <summary>What the pages of templates work with.</summary>
public sealed record TemplateParts(
    StoredTemplates Templates,
    StoredVersions Versions,
    TemplateList List,
    ConsolePaths Paths,
    TimeProvider Time
)
{
    /// <summary>A template with its versions, without their contents. Null when the visitor's tenant has none.</summary>
    public async Task<TemplateWithVersions?> FindAsync(Visitor visitor, string id, CancellationToken cancellationToken) =>
        TemplateId.TryRead(id, out var templateId) ? await List.FindAsync(visitor.TenantId, templateId, cancellationToken) : null;

    /// <summary>The template alone.</summary>
    public async Task<Template?> FindAloneAsync(Visitor visitor, string id, CancellationToken cancellationToken) =>
        TemplateId.TryRead(id, out var templateId) ? await Templates.FindAloneAsync(visitor.TenantId, templateId, cancellationToken) : null;
}

/// <summary>What was typed about a template.</summary>
public sealed record TemplateForm(string Name, bool IsDynamic, string Reason, IReadOnlyList<string> Troubles);

/// <summary>What the page of all templates shows.</summary>
public sealed record TemplatesModel(Api.Templates.TemplatePage Page, bool IsLater, TemplateForm Typed, bool MayWrite);

/// <summary>What the page of one template shows.</summary>
public sealed record TemplateModel(TemplateWithVersions Found, TemplateForm Typed, bool MayWrite, bool MayDelete)
{
    public TemplateId Id => TemplateId.Of(Found.Template);

    public TemplateVersion? Active => Found.Versions.FirstOrDefault(version => version.IsActive);
}
