using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>
/// <c>POST /v3/templates/{id}/versions/{versionId}/render</c> (ours): what mail would say with the given <c>dynamic_template_data</c>, or
/// with the version's test data when none is given; for a legacy template with <c>subject</c>, <c>html</c>, <c>plain</c>, <c>substitutions</c> and <c>sections</c>.
/// 400 when it cannot be rendered, with the reason that a failed message would show.
/// </summary>
public static class RenderVersion
{
    private const int MaxBody = 2 * 1024 * 1024;
    private const int MaxSubject = 10_000;

    public static async Task<IResult> HandleAsync(HttpContext http, Caller caller, string id, string versionId, StoredVersions versions)
    {
        var body = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        var subject = body.Text("subject", MaxSubject) ?? "";
        var (html, plain) = (body.Text("html", TemplateLimits.MaxSourceBytes), body.Text("plain", TemplateLimits.MaxSourceBytes));
        var (substitutions, sections) = (Map(body, "substitutions"), Map(body, "sections"));
        var data = Object(body, "dynamic_template_data") ?? default(JsonElement);
        if (body.Refusal(http) is { } refusal)
            return refusal;
        if (
            !VersionEndpoints.TryRead(id, versionId, out var template, out var version)
            || await versions.FindAsync(caller.TenantId, template, version, http.RequestAborted) is not { } found
        )
            return VersionEndpoints.NotFound(http, versionId);
        if (CompiledVersion.Compile(TemplateSource.Of(found, template.IsDynamic), out var errors) is not { } compiled)
            return TemplateShape.NotTemplates(http, errors);
        if (data.ValueKind == JsonValueKind.Undefined && found.TestData is { Length: > 0 } testData)
            data = JsonElement.Parse(testData);
        try
        {
            var input = new TemplateInput(TemplateData.Of(data), subject, html, plain);
            return Show(Render(compiled, input, new Substitutions(substitutions, sections), http.RequestAborted));
        }
        catch (TemplateRenderException e)
        {
            return Refusals.Because(http, StatusCodes.Status400BadRequest, $"Template Render Error: {e.Message}");
        }
    }

    /// <summary>What mail would say. Throws <see cref="TemplateRenderException"/> when a limit is reached.</summary>
    public static RenderedParts Render(
        CompiledVersion compiled,
        TemplateInput input,
        Substitutions substitutions,
        CancellationToken cancellationToken
    )
    {
        var parts = compiled.Render(input, cancellationToken);
        return parts with
        {
            Subject = substitutions.Apply(parts.Subject),
            Preheader = substitutions.Apply(parts.Preheader),
            Html = substitutions.Apply(parts.Html),
            Plain = substitutions.Apply(parts.Plain),
        };
    }

    private static IResult Show(RenderedParts parts) =>
        Results.Json(
            new
            {
                subject = parts.Subject,
                preheader = parts.Preheader,
                html = parts.Html,
                text = parts.Plain,
                missing_variables = parts.Missing,
            }
        );

    private static JsonElement? Object(BodyFields body, string name)
    {
        if (!body.Has(name))
            return null;
        var value = body.Root.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Object)
            return value;
        body.Refuse(name, "must be an object", "type_error");
        return null;
    }

    private static Dictionary<string, string> Map(BodyFields body, string name)
    {
        var map = new Dictionary<string, string>();
        if (Object(body, name) is not { } fields)
            return map;
        try
        {
            foreach (var field in fields.EnumerateObject())
            {
                if (field.Value.ValueKind == JsonValueKind.String)
                    map[field.Name] = field.Value.GetString()!;
                else
                    body.Refuse(name, "must be an object whose values are strings", "type_error");
            }
        }
        // A lone surrogate passes the grammar of JSON, yet is no text.
        catch (InvalidOperationException)
        {
            body.Refuse(name, "must be valid Unicode");
        }
        return map;
    }
}
