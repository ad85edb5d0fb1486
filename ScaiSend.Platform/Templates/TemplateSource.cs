using System.Text.Json;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage.Templates;

namespace ScaiSend.Platform.Templates;

/// <summary>The wording of one version, as its owner wrote it.</summary>
/// <param name="IsDynamic">Handlebars; otherwise legacy, with <c>&lt;%subject%&gt;</c> and <c>&lt;%body%&gt;</c>.</param>
/// <param name="GeneratesPlain">The text is made from the rendered HTML.</param>
public sealed record TemplateSource(bool IsDynamic, string Subject, string Preheader, string Html, string Plain, bool GeneratesPlain)
{
    /// <summary>The wording in a row.</summary>
    public static TemplateSource Of(TemplateVersion row, bool isDynamic) =>
        new(
            isDynamic,
            row.Subject,
            row.Preheader ?? "",
            row.HtmlContent,
            row.PlainContent,
            row.GeneratesPlainContent && row.HtmlContent.Length > 0
        );
}

/// <summary>What a request gives to a template.</summary>
/// <param name="Subject">Stands where the template has none, and at a legacy <c>&lt;%subject%&gt;</c>.</param>
/// <param name="Html">At a legacy <c>&lt;%body%&gt;</c> in HTML.</param>
/// <param name="Plain">At a legacy <c>&lt;%body%&gt;</c> in text.</param>
public sealed record TemplateInput(TemplateData Data, string Subject = "", string? Html = null, string? Plain = null)
{
    /// <summary>What a mail gives. Throws <see cref="TemplateRenderException"/> for data that is no Unicode.</summary>
    public static TemplateInput Of(MessageContent content, Personalization personalization) =>
        new(
            TemplateData.OfMail(personalization.DynamicTemplateData ?? default(JsonElement)),
            personalization.Subject ?? content.Subject,
            Part(content, "text/html"),
            Part(content, "text/plain")
        );

    private static string? Part(MessageContent content, string type) => content.Content.FirstOrDefault(part => part.Type == type)?.Value;
}

/// <summary>A rendered version. A part that the template has not is empty.</summary>
/// <param name="Html">With the preheader in it.</param>
/// <param name="Missing">Variables that the template uses and the data has not.</param>
public sealed record RenderedParts(string Subject, string Preheader, string Html, string Plain, IReadOnlyList<string> Missing);
