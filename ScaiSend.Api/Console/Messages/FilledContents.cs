using System.Net.Mime;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.Console.Messages;

/// <summary>Fills in what a mail says, with the template that made it and the recipient's own words, as the worker does before it adds footers and links that count.</summary>
public sealed class FilledContents(TemplateVersions versions)
{
    public async Task<FilledContent> FillAsync(Message message, MessageContent content, CancellationToken cancellationToken)
    {
        var personalization = StoredContent.ReadPersonalization(message.Personalization);
        try
        {
            var (subject, parts) = content.Template is { } use
                ? await RenderAsync(message.TenantId, use, TemplateInput.Of(content, personalization), cancellationToken)
                : (personalization.Subject ?? content.Subject, content.Content);
            var substitutions = new Substitutions(personalization.Substitutions, content.Sections);
            return new FilledContent(
                substitutions.Apply(subject),
                [.. parts.Select(part => part with { Value = substitutions.Apply(part.Value) })],
                null
            );
        }
        catch (TemplateRenderException e)
        {
            return new FilledContent(message.Subject, content.Content, e.Message);
        }
    }

    private async Task<(string Subject, IReadOnlyList<ContentPart> Parts)> RenderAsync(
        Guid tenantId,
        TemplateUse use,
        TemplateInput input,
        CancellationToken cancellationToken
    )
    {
        var found = (await versions.FindAsync(tenantId, [use], cancellationToken)).GetValueOrDefault(use.VersionId);
        if (found?.Version is not { } version)
            throw new TemplateRenderException(found?.Error ?? "the version of the template is no longer stored");
        var parts = version.Render(input, cancellationToken);
        return (
            parts.Subject,
            [
                .. new[]
                {
                    new ContentPart(MediaTypeNames.Text.Plain, parts.Plain),
                    new ContentPart(MediaTypeNames.Text.Html, parts.Html),
                }.Where(part => part.Value.Length > 0),
            ]
        );
    }
}

/// <summary>What a recipient reads.</summary>
/// <param name="Trouble">Why it could not be filled in; the parts are the request's own then.</param>
public sealed record FilledContent(string Subject, IReadOnlyList<ContentPart> Parts, string? Trouble)
{
    /// <summary>The HTML; null when there is none.</summary>
    public string? Html =>
        Parts.FirstOrDefault(part => part.Type.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase))?.Value;
}
