using System.Text.Json;

namespace ScaiSend.Contracts.Messages;

/// <summary>What all personalizations of one request share, as stored with the message. Checked at the door; inside, trust it.</summary>
/// <param name="Template">Makes the content when not null.</param>
/// <param name="Sections">Texts that a substitution's value may name.</param>
public sealed record MessageContent(
    Address From,
    IReadOnlyList<Address> ReplyTo,
    string Subject,
    IReadOnlyList<ContentPart> Content,
    IReadOnlyList<Attachment> Attachments,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<string> Categories,
    IReadOnlyDictionary<string, string> CustomArgs,
    Footer? Footer = null,
    TemplateUse? Template = null,
    IReadOnlyDictionary<string, string>? Sections = null
);

/// <summary>What the renderer adds at the end of the bodies; null where nothing is added.</summary>
public sealed record Footer(string? Text, string? Html);

/// <summary>What one personalization changes and to whom it goes, as stored with the message.</summary>
/// <param name="Subject">Overrides the shared subject when not null.</param>
/// <param name="Headers">Override the shared ones by name.</param>
/// <param name="Substitutions">Literal texts and what replaces them, in subject, content and header values.</param>
/// <param name="CustomArgs">Override the shared ones by name.</param>
/// <param name="From">Overrides the shared sender when not null; same domain.</param>
/// <param name="DynamicTemplateData">A JSON object for a dynamic template.</param>
public sealed record Personalization(
    IReadOnlyList<Address> To,
    IReadOnlyList<Address> Cc,
    IReadOnlyList<Address> Bcc,
    string? Subject,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Substitutions,
    IReadOnlyDictionary<string, string> CustomArgs,
    Address? From = null,
    JsonElement? DynamicTemplateData = null
)
{
    /// <summary>Everybody who gets it, in the order of the emails. No property, which would be stored.</summary>
    public IEnumerable<Address> Recipients() => To.Concat(Cc).Concat(Bcc);
}

/// <summary>The version of a template that was active when the message was accepted. The message keeps it, whatever becomes of the template.</summary>
/// <param name="IsDynamic">Handlebars; otherwise legacy.</param>
public sealed record TemplateUse(Guid TemplateId, Guid VersionId, bool IsDynamic);

/// <summary>An address as the caller wrote it (Unicode domain allowed).</summary>
public sealed record Address(string Email, string? Name);

/// <summary>A body: <c>text/plain</c> or <c>text/html</c>, or another type that the caller names (such as <c>text/calendar</c>).</summary>
public sealed record ContentPart(string Type, string Value);

/// <summary>An attachment; its decoded bytes are in the blob store.</summary>
/// <param name="ContentId">RFC 2392, without angle brackets; set when inline.</param>
public sealed record Attachment(string BlobKey, long Size, string FileName, string Type, bool IsInline, string? ContentId);
