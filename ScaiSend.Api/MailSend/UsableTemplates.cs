using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Api.Templates;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.MailSend;

/// <summary>Finds the version of the template that a request names, or says why mail cannot be sent with it. Versions are kept for a second, refusals are not.</summary>
public sealed class UsableTemplates(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed: so late, at most, an activated version is used by every node.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);

    private readonly KeptAnswers<(Guid TenantId, TemplateId Id), Answer> _kept = new(KeepFor, time);

    /// <summary>The mail with the active version of its template, or what is wrong.</summary>
    public async Task<ParseOutcome> ChooseAsync(Guid tenantId, ParsedMail mail, CancellationToken cancellationToken)
    {
        if (mail.TemplateId is not { } named)
            return new ParseOutcome(mail, []);
        if (!TemplateId.TryRead(named, out var id))
            return Refuse(Missing);
        var answer = await _kept.FindAsync((tenantId, id), LookUpAsync, cancellationToken);
        if (answer.Refusal is { } refusal)
        {
            // Not kept: whoever activates a version and then sends shall not hear what was true before.
            _kept.Forget((tenantId, id));
            return Refuse(refusal);
        }
        if (answer.Subject.Length == 0 && mail.Personalizations.Any(p => SubjectOf(mail, p) is ""))
            return Refuse(MailSendRules.NoSubject, "subject");
        return new ParseOutcome(
            mail with
            {
                TemplateId = id.ToString(),
                Content = mail.Content with { Template = new TemplateUse(id.Id, answer.VersionId, id.IsDynamic) },
                Personalizations =
                [
                    .. mail.Personalizations.Select(p => p with { ShownSubject = ShownSubject(answer.Subject, SubjectOf(mail, p)) }),
                ],
            },
            []
        );
    }

    private const string Missing = "The template_id does not name an existing template.";

    private async Task<Answer> LookUpAsync((Guid TenantId, TemplateId Id) question)
    {
        await using var db = database.For(question.TenantId);
        if (!await StoredTemplates.Named(db, question.Id).AnyAsync())
            return new Answer(default, "", Missing);
        var active = await StoredTemplates
            .VersionsOf(db, question.Id.Id)
            .Where(v => v.IsActive)
            .Select(v => new
            {
                v.Id,
                v.Subject,
                HasContent = v.HtmlContent != "" || v.PlainContent != "",
            })
            .FirstOrDefaultAsync();
        return active is null ? new Answer(default, "", "The template has no active version.")
            : active.HasContent ? new Answer(active.Id, active.Subject, null)
            : new Answer(default, "", "The active version of the template has no content.");
    }

    private static string SubjectOf(ParsedMail mail, ParsedPersonalization personalization) =>
        personalization.Personalization.Subject ?? mail.Content.Subject;

    // What lists show before anything is rendered: the template's own words.
    private static string ShownSubject(string template, string subject) =>
        template.Length == 0 ? subject : template.Replace("<%subject%>", subject, StringComparison.Ordinal);

    private static ParseOutcome Refuse(string message, string field = "template_id") => new(null, [new ApiError(message, field)]);

    private sealed record Answer(Guid VersionId, string Subject, string? Refusal);
}
