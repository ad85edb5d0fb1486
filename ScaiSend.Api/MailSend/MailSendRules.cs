using System.Buffers;
using ScaiSend.Api.Templates;

namespace ScaiSend.Api.MailSend;

/// <summary>The rules that two or more fields of a request keep together, and what must not be missing.</summary>
internal static class MailSendRules
{
    public const string NoSubject =
        "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.";

    public static void Check(MailSendFields request, RequestErrors errors)
    {
        CheckRequired(request, errors);
        CheckTemplate(request, errors);
        CheckReplyTo(request, errors);
        CheckSenders(request, errors);
        CheckCustomArgs(request, errors);
        CheckSubstitutions(request, errors);
    }

    private static void CheckRequired(MailSendFields request, RequestErrors errors)
    {
        if (request.Personalizations.Count == 0)
            errors.AddMissing("The personalizations field is required and must have at least one personalization.", "personalizations");
        if (request.From is null)
            errors.AddMissing(AddressTexts.From.Missing, "from.email", unlessWrongAt: "from");
        if (request.TemplateId is not null)
            return;
        if (request.Subject is null && !EachHasASubject(request))
            errors.AddMissing(NoSubject, "subject");
        if (request.Content.Count == 0)
            errors.AddMissing(
                "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.",
                "content"
            );
    }

    private static bool EachHasASubject(MailSendFields request) =>
        request.Personalizations.Count > 0 && request.Personalizations.TrueForAll(read => read.Personalization.Subject is not null);

    private static void CheckTemplate(MailSendFields request, RequestErrors errors)
    {
        if (request.TemplateId is not { } templateId)
            return;
        if (!TemplateId.IsDynamicForm(templateId))
        {
            // A GUID is a legacy template, which takes content and substitutions.
            if (!TemplateId.TryRead(templateId, out _))
                errors.Add("The template_id must start with 'd-'", "template_id");
            return;
        }
        if (request.HasContent)
            errors.Add("The content may not be given together with a template_id.", "content");
        foreach (var read in request.Personalizations)
        {
            if (read.Personalization.Substitutions.Count > 0)
                errors.Add("Substitutions may not be used with dynamic templating", $"personalizations.{read.Index}.substitutions");
        }
    }

    private static void CheckReplyTo(MailSendFields request, RequestErrors errors)
    {
        if (request.ReplyTo is not null && request.ReplyToList.Count > 0)
            errors.Add("The reply_to may not be given together with a reply_to_list.", "reply_to");
    }

    // The sender's right to a domain is checked once, for the shared From.
    private static void CheckSenders(MailSendFields request, RequestErrors errors)
    {
        if (request.From is not { } shared)
            return;
        foreach (var read in request.Personalizations)
        {
            if (
                read.Personalization.From is { } from
                && !string.Equals(
                    AddressRule.AsciiDomain(from.Email),
                    AddressRule.AsciiDomain(shared.Email),
                    StringComparison.OrdinalIgnoreCase
                )
            )
                errors.Add(
                    "The from email of a personalization must have the domain of the shared from email.",
                    $"personalizations.{read.Index}.from.email"
                );
        }
    }

    private static void CheckCustomArgs(MailSendFields request, RequestErrors errors)
    {
        const string tooLarge =
            "The combined size of both global and personalization custom arguments may not exceed 10,000 bytes per personalization.";
        var shared = TextMaps.Size(request.CustomArgs);
        if (shared >= TextMaps.MostBytes)
            errors.Add(tooLarge, "custom_args");
        else
        {
            foreach (var read in request.Personalizations)
            {
                var own = read.Personalization.CustomArgs;
                if (own.Count > 0 && TextMaps.SizeMerged(request.CustomArgs, shared, own) >= TextMaps.MostBytes)
                    errors.Add(tooLarge, $"personalizations.{read.Index}.custom_args");
            }
        }
    }

    // A substitution may hold lines for the content, yet must not carry them into the subject or a header.
    private static void CheckSubstitutions(MailSendFields request, RequestErrors errors)
    {
        foreach (var read in request.Personalizations)
        {
            var own = read.Personalization;
            List<string>? brokenTags = null;
            foreach (var (tag, value) in own.Substitutions)
            {
                if (HeaderText.IsBroken(value))
                    (brokenTags ??= []).Add(tag);
            }
            if (brokenTags is null)
                continue;
            var tags = SearchValues.Create([.. brokenTags], StringComparison.Ordinal);
            if (Holds(own.Subject ?? request.Subject, tags) || HoldsAny(own.Headers, tags) || HoldsAny(request.Headers, tags))
                errors.Add(
                    "The value of a substitution that is used in the subject or in a header cannot contain CR, LF or NUL characters.",
                    $"personalizations.{read.Index}.substitutions"
                );
        }
    }

    private static bool HoldsAny(IReadOnlyDictionary<string, string> headers, SearchValues<string> tags)
    {
        foreach (var (_, value) in headers)
        {
            if (Holds(value, tags))
                return true;
        }
        return false;
    }

    private static bool Holds(string? text, SearchValues<string> tags) => text.AsSpan().ContainsAny(tags);
}
