using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Contracts.Simulation;
using ScaiSend.Platform;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Templates;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Processing.Tracking;

namespace ScaiSend.Processing.Rendering;

/// <summary>
/// Makes the mail of one recipient, always with the same bytes for the same email. It reads small attachments and nothing else:
/// no clock, no chance, no suppression, no signature.
/// </summary>
public sealed class MailRenderer(IBlobStore blobs, ReturnPaths paths, MailTracking tracking, RenderingOptions options)
{
    /// <summary>Larger attachments are not read here: the SMTP stage reads them while it signs and sends.</summary>
    public const int LargestHeldFile = 64 * 1024;

    private const int SizeOfFields = 4096;

    public async Task<RenderOutcome> RenderAsync(EmailToRender email, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(email, cancellationToken);
        }
        catch (TemplateRenderException e)
        {
            return new NotRendered(e.Message);
        }
    }

    private async Task<RenderOutcome> WriteAsync(EmailToRender email, CancellationToken cancellationToken)
    {
        if (Envelope.Of(email) is not { } envelope)
        {
            return new NotRendered("An address cannot be written in a mail");
        }
        var substitutions = new Substitutions(email.Personalization.Substitutions, email.Content.Sections);
        var headers = CustomHeaders.Merge(email.Content.Headers, email.Personalization.Headers);
        if (headers.Any(header => !CustomHeaders.IsFieldName(header.Key)))
        {
            return new NotRendered("A header's name cannot be written in a mail");
        }
        if (Texts(email.Content, substitutions) is not { Count: > 0 } texts)
        {
            return new NotRendered("There is no content, or its type cannot be a body");
        }
        if (!email.Content.Attachments.All(HasPossibleContentId))
        {
            return new NotRendered("An attachment's content id cannot be written in a mail");
        }
        if (await ReadFilesAsync(email.Content.Attachments, cancellationToken) is not { } files)
        {
            return new NotRendered("An attachment is no longer stored");
        }

        var tracked = await tracking.ApplyAsync(email, texts, cancellationToken);
        var body = BodyStructure.Of(tracked.Texts, [.. tracked.Images, .. files]);
        using var mail = new MailBuffer(SizeOfFields + tracked.Texts.Sum(text => text.Text.Length) + Room(files) + Room(tracked.Images));
        WriteOwnFields(mail, email, envelope, substitutions);
        var writer = new MimeWriter(mail, email.EmailId);
        writer.WriteRoot(body, () => WriteHeaders(mail, headers, substitutions, email));
        return new Rendered(
            new RenderedMail(
                $"{paths.LocalPartOf(email.EmailId)}@{email.ReturnPathDomain ?? options.ReturnPathDomain}",
                envelope.Recipient.EnvelopeAddress,
                envelope.SigningDomain,
                envelope.NeedsSmtpUtf8,
                IsSigned: false,
                mail.Written.ToArray(),
                writer.Files
            )
            {
                Simulated = email.Scenario is { } scenario ? new SimulatedLife(scenario, email.GroupId, tracking.FirstLink(texts)) : null,
            }
        );
    }

    private static List<TextEntity>? Texts(MessageContent content, Substitutions substitutions)
    {
        var texts = new List<TextEntity>(content.Content.Count);
        foreach (var part in content.Content)
        {
            if (ContentTypes.OfBody(part.Type) is not { } contentType)
            {
                return null;
            }
            texts.Add(new TextEntity(contentType, substitutions.Apply(Footers.Add(part.Type, part.Value, content.Footer))));
        }
        return texts;
    }

    // RFC 2392 §2, with patience for ids that are no msg-id, because the HTML names them just so.
    private static bool HasPossibleContentId(Attachment attachment) =>
        attachment.ContentId is not { } id
        || (id.Length is > 0 and <= 255 && !id.AsSpan().ContainsAnyExceptInRange(' ', '~') && !id.AsSpan().ContainsAny('<', '>'));

    private async Task<IReadOnlyList<FileEntity>?> ReadFilesAsync(
        IReadOnlyList<Attachment> attachments,
        CancellationToken cancellationToken
    )
    {
        if (attachments.Count == 0)
        {
            return [];
        }
        var files = new List<FileEntity>(attachments.Count);
        foreach (var attachment in attachments)
        {
            await using var stored = await blobs.OpenAsync(attachment.BlobKey, cancellationToken);
            if (stored is null)
            {
                return null;
            }
            if (attachment.Size > LargestHeldFile)
            {
                files.Add(new FileEntity(attachment, Bytes: null));
                continue;
            }
            using var bytes = new MemoryStream((int)attachment.Size);
            await stored.CopyToAsync(bytes, cancellationToken);
            files.Add(new FileEntity(attachment, bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
        }
        return files;
    }

    private void WriteOwnFields(MailBuffer mail, EmailToRender email, Envelope envelope, Substitutions substitutions)
    {
        HeaderFields.WriteMailboxes(mail, "From", [envelope.From]);
        HeaderFields.WriteMailboxes(mail, "To", envelope.To);
        HeaderFields.WriteMailboxes(mail, "Cc", envelope.Cc);
        HeaderFields.WriteText(mail, "Subject", substitutions.Apply(email.Personalization.Subject ?? email.Content.Subject));
        HeaderFields.WriteDate(mail, email.Date);
        HeaderFields.WriteText(mail, "Message-ID", new MessageIdDomain(options.MessageIdDomain).IdOf(email.EmailId, envelope.From.Domain));
        HeaderFields.WriteMailboxes(mail, "Reply-To", envelope.ReplyTo);
    }

    private static int Room(IReadOnlyList<FileEntity> files) => files.Sum(file => (file.Bytes?.Length ?? 0) / 2 * 3);

    private void WriteHeaders(
        MailBuffer mail,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        Substitutions substitutions,
        EmailToRender email
    )
    {
        foreach (var (name, value) in headers)
        {
            HeaderFields.WriteText(mail, name, substitutions.Apply(value));
        }
        foreach (var (name, value) in tracking.UnsubscribeFields(email, headers))
        {
            HeaderFields.WriteText(mail, name, value);
        }
    }
}
