using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Templates;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Processing.Rendering;

/// <summary>Makes the content of mail that names a template: once per message, however many recipients it has.</summary>
public sealed class TemplatedContent(TemplateVersions versions)
{
    /// <summary>Begins the reason why mail was dropped.</summary>
    public const string RenderError = "Template Render Error";

    /// <summary>The emails in the given order; mail without a template as it was.</summary>
    public async Task<IReadOnlyList<FilledEmail>> FillAsync(IReadOnlyList<LoadedEmail> emails, CancellationToken cancellationToken)
    {
        if (emails.All(email => email.ToRender.Content.Template is null))
            return [.. emails.Select(email => new FilledEmail(email, null))];
        var found = await FindAsync(emails, cancellationToken);
        var byMessage = new Dictionary<Guid, Filled>();
        var filled = new List<FilledEmail>(emails.Count);
        foreach (var email in emails)
        {
            if (email.ToRender.Content.Template is not { } use)
            {
                filled.Add(new FilledEmail(email, null));
                continue;
            }
            if (!byMessage.TryGetValue(email.ToRender.MessageId, out var content))
                byMessage[email.ToRender.MessageId] = content = Fill(
                    email.ToRender,
                    found.GetValueOrDefault(use.VersionId),
                    cancellationToken
                );
            filled.Add(content.In(email));
        }
        return filled;
    }

    private async Task<Dictionary<Guid, FoundVersion>> FindAsync(IReadOnlyList<LoadedEmail> emails, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Guid, FoundVersion>();
        foreach (var tenant in emails.GroupBy(email => email.Hint.TenantId, email => email.ToRender.Content.Template))
        {
            foreach (var (id, version) in await versions.FindAsync(tenant.Key, [.. tenant.OfType<TemplateUse>()], cancellationToken))
                found[id] = version;
        }
        return found;
    }

    private static Filled Fill(EmailToRender email, FoundVersion? found, CancellationToken cancellationToken)
    {
        if (found?.Version is not { } version)
            return Filled.Failed(found?.Error ?? "the version of the template is no longer stored");
        try
        {
            var parts = version.Render(TemplateInput.Of(email.Content, email.Personalization), cancellationToken);
            return parts.Html.Length + parts.Plain.Length == 0
                ? Filled.Failed("the template makes neither HTML nor text")
                : new Filled(parts, null, found.Tracking);
        }
        catch (TemplateRenderException e)
        {
            return Filled.Failed(e.Message);
        }
    }

    /// <summary>What the template made of one message.</summary>
    private sealed record Filled(RenderedParts? Parts, string? Failure, TrackingChanges? Tracking = null)
    {
        public static Filled Failed(string reason) => new(null, $"{RenderError}: {reason}");

        public FilledEmail In(LoadedEmail email)
        {
            if (Parts is not { } parts)
                return new FilledEmail(email, Failure);
            var content = email.ToRender.Content;
            List<ContentPart> texts = [];
            if (parts.Plain.Length > 0)
                texts.Add(new ContentPart("text/plain", parts.Plain));
            if (parts.Html.Length > 0)
                texts.Add(new ContentPart("text/html", parts.Html));
            // Other types, such as a calendar's, stay beside what the template makes.
            texts.AddRange(content.Content.Where(part => part.Type is not ("text/plain" or "text/html")));
            var toRender = email.ToRender with
            {
                Content = content with { Subject = parts.Subject, Content = texts },
                Personalization = email.ToRender.Personalization with { Subject = null },
                Tracking = email.ToRender.Tracking.With(Tracking),
            };
            return new FilledEmail(email with { ToRender = toRender }, null);
        }
    }
}

/// <summary>An email with its final content, or why it cannot have one.</summary>
public sealed record FilledEmail(LoadedEmail Email, string? Failure);
