using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Templates;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Templates;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Templates and versions as both dialects show them.</summary>
public static class TemplateShape
{
    /// <summary>One template.</summary>
    public static IResult Template(HttpContext http, TemplateWithVersions template, int statusCode = StatusCodes.Status200OK) =>
        Results.Json(Show(http.Dialect(), template, hasContents: true), statusCode: statusCode);

    /// <summary>One version.</summary>
    public static IResult Version(
        HttpContext http,
        TemplateId template,
        TemplateVersion version,
        int statusCode = StatusCodes.Status200OK
    ) => Results.Json(Show(http.Dialect(), template, version, hasContents: true), statusCode: statusCode);

    /// <summary>A template's versions.</summary>
    public static IResult Versions(HttpContext http, TemplateWithVersions template) =>
        Results.Json(
            new { result = template.Versions.Select(v => Show(http.Dialect(), TemplateId.Of(template.Template), v, hasContents: true)) }
        );

    /// <summary>A page of templates. SendGrid's older envelope comes when no page size is asked for, and its clients read it.</summary>
    public static IResult Page(HttpContext http, TemplateListQuery query, TemplatePage page)
    {
        var shown = page.Templates.Select(t => Show(http.Dialect(), t, hasContents: false));
        if (http.Dialect() == Dialect.SendGrid && query.PageSize is null)
            return Results.Json(new { templates = shown });
        var metadata = new Dictionary<string, object> { ["self"] = Link(http, query.After?.ToString()), ["count"] = page.Total };
        if (page.Next is { } next)
        {
            metadata["next"] = Link(http, next);
            metadata["page_token"] = next;
        }
        return Results.Json(new { result = shown, _metadata = metadata });
    }

    /// <summary>400: parts that are no templates, each with line and column.</summary>
    public static IResult NotTemplates(HttpContext http, IReadOnlyList<PartError> errors) =>
        http.Dialect() == Dialect.SendGrid
            ? new SendGridErrors(StatusCodes.Status400BadRequest, [.. errors.Select(e => new ApiError(e.Error.ToString(), e.Part))])
            : new DetailError(StatusCodes.Status400BadRequest, string.Join("; ", errors.Select(e => $"{e.Part}, {e.Error}")));

    private static Dictionary<string, object?> Show(Dialect dialect, TemplateWithVersions shown, bool hasContents)
    {
        var (template, id) = (shown.Template, TemplateId.Of(shown.Template));
        var json = new Dictionary<string, object?>
        {
            ["id"] = id.ToString(),
            ["name"] = template.Name,
            ["generation"] = template.IsDynamic ? "dynamic" : "legacy",
        };
        AddTimes(dialect, json, template.CreatedAt, template.UpdatedAt);
        json["versions"] = shown.Versions.Select(v => Show(dialect, id, v, hasContents));
        return json;
    }

    private static Dictionary<string, object?> Show(Dialect dialect, TemplateId template, TemplateVersion version, bool hasContents)
    {
        var json = new Dictionary<string, object?>
        {
            ["id"] = dialect == Dialect.SendGrid ? version.Id.ToString("D") : Ids.Show(VersionId.Prefix, version.Id),
            ["template_id"] = template.ToString(),
            ["active"] = version.IsActive ? 1 : 0,
            ["name"] = version.Name,
            ["subject"] = version.Subject,
            ["preheader"] = version.Preheader ?? "",
            ["generate_plain_content"] = version.GeneratesPlainContent,
            ["editor"] = version.Editor,
        };
        if (hasContents)
        {
            json["html_content"] = version.HtmlContent;
            json["plain_content"] = version.PlainContent;
            json["test_data"] = version.TestData ?? "";
            json["tracking_settings"] = VersionTracking.Show(version.Tracking);
        }
        AddTimes(dialect, json, version.CreatedAt, version.UpdatedAt);
        return json;
    }

    private static void AddTimes(Dialect dialect, Dictionary<string, object?> json, DateTimeOffset createdAt, DateTimeOffset updatedAt)
    {
        if (dialect == Dialect.Documented)
            json["created_at"] = createdAt;
        json["updated_at"] =
            dialect == Dialect.SendGrid ? updatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : updatedAt;
    }

    private static string Link(HttpContext http, string? token)
    {
        var request = http.Request;
        var query = request.Query.Where(q => q.Key != "page_token").Select(q => (q.Key, Value: q.Value.ToString()));
        if (token is not null)
            query = query.Append(("page_token", token));
        return $"{request.Scheme}://{request.Host}{request.PathBase}{request.Path}{QueryString.Create(query.Select(q => KeyValuePair.Create(q.Item1, (string?)q.Item2)))}";
    }
}
