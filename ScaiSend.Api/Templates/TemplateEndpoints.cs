using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Templates;

/// <summary>
/// <c>/v3/templates</c>: list, create, get, rename, duplicate (<c>POST /v3/templates/{id}</c>), delete.
/// Scopes <c>templates.read</c>, <c>templates.write</c>, <c>templates.delete</c>. Errors: 400 (a name that is taken), 401, 403, 404, 413, 422.
/// </summary>
public static class TemplateEndpoints
{
    private const int MaxBody = 64 * 1024;

    public static void MapTemplates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/templates", ListAsync).Needs(Scopes.TemplatesRead);
        routes.MapPost("/v3/templates", CreateAsync).Needs(Scopes.TemplatesWrite);
        routes.MapGet("/v3/templates/{id}", GetAsync).Needs(Scopes.TemplatesRead);
        routes.MapPatch("/v3/templates/{id}", RenameAsync).Needs(Scopes.TemplatesWrite);
        routes.MapPost("/v3/templates/{id}", DuplicateAsync).Needs(Scopes.TemplatesWrite);
        routes.MapDelete("/v3/templates/{id}", DeleteAsync).Needs(Scopes.TemplatesDelete);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, TemplateList list)
    {
        var fields = new QueryFields(http.Request.Query);
        var query = TemplateListQuery.Read(http, fields);
        return fields.Refusal(http) ?? TemplateShape.Page(http, query, await list.ReadAsync(caller.TenantId, query, http.RequestAborted));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Caller caller, StoredTemplates templates)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var name = body.Required("name", StoredTemplates.MaxName);
        // Each dialect has its own default.
        var generation = body.OneOf("generation", "legacy", "dynamic") ?? (http.Dialect() == Dialect.SendGrid ? "legacy" : "dynamic");
        if (body.Refusal(http) is { } refusal)
            return refusal;
        var created = await templates.CreateAsync(caller.TenantId, name, generation == "dynamic", [], act: null, http.RequestAborted);
        return created is null ? NameTaken(http, name) : TemplateShape.Template(http, created, StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, StoredTemplates templates) =>
        TemplateId.TryRead(id, out var templateId)
        && await templates.FindAsync(caller.TenantId, templateId, http.RequestAborted) is { } template
            ? TemplateShape.Template(http, template)
            : NotFound(http, id);

    private static async Task<IResult> RenameAsync(HttpContext http, Caller caller, string id, StoredTemplates templates)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var name = body.Required("name", StoredTemplates.MaxName);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (!TemplateId.TryRead(id, out var templateId))
            return NotFound(http, id);
        return await templates.RenameAsync(caller.TenantId, templateId, name, act: null, http.RequestAborted) switch
        {
            true => await GetAsync(http, caller, id, templates),
            false => NameTaken(http, name),
            null => NotFound(http, id),
        };
    }

    private static async Task<IResult> DuplicateAsync(HttpContext http, Caller caller, string id, StoredTemplates templates)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var name = body.Text("name", StoredTemplates.MaxName, min: 1);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (
            !TemplateId.TryRead(id, out var templateId)
            || await templates.FindAsync(caller.TenantId, templateId, http.RequestAborted) is not { } original
        )
            return NotFound(http, id);
        var copy = await templates.DuplicateAsync(caller.TenantId, original, name, act: null, http.RequestAborted);
        return copy is null
            ? NameTaken(http, name ?? original.Template.Name)
            : TemplateShape.Template(http, copy, StatusCodes.Status201Created);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, string id, StoredTemplates templates) =>
        TemplateId.TryRead(id, out var templateId)
        && await templates.DeleteAsync(caller.TenantId, templateId, act: null, http.RequestAborted)
            ? Results.NoContent()
            : NotFound(http, id);

    private static IResult NotFound(HttpContext http, string id) => Refusals.NotFound(http, "Template", id);

    private static IResult NameTaken(HttpContext http, string name) =>
        Refusals.Because(http, StatusCodes.Status400BadRequest, $"There is a template with the name '{name}' already", "name");
}
