using System.Text;
using System.Text.Json;
using ScaiSend.Api.Requests;
using ScaiSend.Platform.Storage.Templates;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.Templates;

/// <summary>The body of a version's creation or change, checked. What is null was not given.</summary>
public sealed record VersionFields(
    string? Name,
    string? Subject,
    string? Preheader,
    string? HtmlContent,
    string? PlainContent,
    bool? GeneratesPlainContent,
    string? Editor,
    string? TestData,
    string? Tracking,
    bool? IsActive
)
{
    /// <summary>Both contents and the test data, each character as a JSON escape in the worst case.</summary>
    public const int MaxBody = 20 * 1024 * 1024;

    public const int MaxName = 255;
    private const int MaxSubject = 1000;
    private const int MaxPreheader = 500;

    /// <param name="isNew">The name must be given; so must the subject in SendGrid's dialect.</param>
    public static VersionFields Read(BodyFields body, bool isNew, bool needsSubject)
    {
        var name = isNew ? body.Required("name", MaxName) : body.Text("name", MaxName, min: 1);
        var subject = isNew && needsSubject ? body.Required("subject", MaxSubject, min: 0) : body.Text("subject", MaxSubject);
        return new VersionFields(
            name,
            subject,
            body.Text("preheader", MaxPreheader),
            Content(body, "html_content"),
            Content(body, "plain_content"),
            body.Flag("generate_plain_content"),
            body.OneOf("editor", "code", "design"),
            Json(body, "test_data"),
            VersionTracking.Read(body),
            body.Flag("active")
        );
    }

    /// <summary>A new row with these fields.</summary>
    public TemplateVersion Create(Guid id, Guid tenantId, Guid templateId, DateTimeOffset now)
    {
        var version = new TemplateVersion
        {
            Id = id,
            TenantId = tenantId,
            TemplateId = templateId,
            Name = Name!,
            Subject = "",
            HtmlContent = "",
            PlainContent = "",
            GeneratesPlainContent = true,
            Editor = "code",
            Revision = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        Apply(version);
        return version;
    }

    /// <summary>Changes a row; answers whether its wording, or how it is tracked, may be another one now.</summary>
    public bool Apply(TemplateVersion version)
    {
        version.Name = Name ?? version.Name;
        version.Subject = Subject ?? version.Subject;
        version.Preheader = Preheader ?? version.Preheader;
        version.HtmlContent = HtmlContent ?? version.HtmlContent;
        version.PlainContent = PlainContent ?? version.PlainContent;
        version.Editor = Editor ?? version.Editor;
        version.TestData = TestData ?? version.TestData;
        version.Tracking = Tracking is null ? version.Tracking : VersionTracking.Stored(Tracking);
        version.IsActive = IsActive ?? version.IsActive;
        // Who writes a text wants that text, and who empties it or never gave one wants ours; the flag says otherwise.
        version.GeneratesPlainContent =
            GeneratesPlainContent ?? (PlainContent is null ? version.GeneratesPlainContent : PlainContent.Length == 0);
        if (version is { GeneratesPlainContent: true, HtmlContent.Length: > 0 })
            version.PlainContent = HtmlText.Of(version.HtmlContent);
        return Subject is not null
            || Preheader is not null
            || HtmlContent is not null
            || PlainContent is not null
            || GeneratesPlainContent is not null
            || Tracking is not null;
    }

    private static string? Content(BodyFields body, string name)
    {
        var text = body.Text(name, TemplateLimits.MaxSourceBytes);
        if (text is null || Encoding.UTF8.GetByteCount(text) <= TemplateLimits.MaxSourceBytes)
            return text;
        body.Refuse(name, $"must have at most {TemplateLimits.MaxSourceBytes} bytes");
        return null;
    }

    private static string? Json(BodyFields body, string name)
    {
        if (Content(body, name) is not { Length: > 0 } text)
            return body.Has(name) ? "" : null;
        try
        {
            using var _ = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            body.Refuse(name, "must be JSON in a string");
            return null;
        }
    }
}
