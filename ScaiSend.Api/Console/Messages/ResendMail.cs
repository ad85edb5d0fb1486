using System.Security.Cryptography;
using System.Text;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.MailSend;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;

namespace ScaiSend.Api.Console.Messages;

/// <summary>Accepts a stored mail once more, as a new message for each chosen recipient: nobody sees the others, and who has it already gets no second one.</summary>
public sealed class ResendMail(AcceptMail accept, VerifiedDomains domains, IBlobStore blobs, TimeProvider time)
{
    /// <summary>Whether the tenant may still send from the address.</summary>
    public Task<bool> MaySendAsync(Message message, CancellationToken cancellationToken) =>
        domains.AllowAsync(message.TenantId, message.FromEmail, cancellationToken);

    /// <summary>The new messages; those of the first time when the same form comes twice.</summary>
    /// <param name="once">Tells the form from others.</param>
    public async Task<IReadOnlyList<Guid>> SendAsync(
        Message message,
        MessageContent content,
        IReadOnlyList<Email> to,
        string once,
        CancellationToken cancellationToken
    )
    {
        var original = StoredContent.ReadPersonalization(message.Personalization);
        var copies = await CopyAsync(content.Attachments, cancellationToken);
        var mail = new ParsedMail(
            content with
            {
                Attachments = [.. copies.Select(copy => copy.Attachment)],
            },
            [.. to.Select(email => Personalize(message, content, original, email))],
            [.. copies.Select(copy => copy.Bytes)],
            SendAt: null,
            BatchId: null,
            IsSandbox: false,
            message.Settings,
            message.TemplateId
        );
        var caller = new Caller(
            message.TenantId,
            Guid.Empty,
            IsTest: false,
            new HashSet<string>(),
            IsTenantSuspended: false,
            ExpiresAt: null
        );
        var key = new IdempotencyKey(HashOf($"console again\n{once}"), HashOf(Ids.Show(Ids.Message, message.Id)));
        return (await accept.AcceptAsync(caller, mail, key, cancellationToken)).MessageIds;
    }

    private static ParsedPersonalization Personalize(Message message, MessageContent content, Personalization original, Email email)
    {
        var address = original.Recipients().FirstOrDefault(a => a.Email.Equals(email.Recipient, StringComparison.OrdinalIgnoreCase));
        return new ParsedPersonalization(
            original with
            {
                To = [address ?? new Address(email.Recipient, null)],
                Cc = [],
                Bcc = [],
            },
            SendAt: null,
            content.Template is null ? null : message.Subject
        );
    }

    // The first message's attachments go with its body; the new one needs its own.
    private async Task<IReadOnlyList<(Attachment Attachment, AttachmentBytes Bytes)>> CopyAsync(
        IReadOnlyList<Attachment> attachments,
        CancellationToken cancellationToken
    )
    {
        var copies = new List<(Attachment, AttachmentBytes)>();
        foreach (var attachment in attachments)
        {
            await using var stream =
                await blobs.OpenAsync(attachment.BlobKey, cancellationToken)
                ?? throw new InvalidDataException($"The attachment {attachment.BlobKey} is gone");
            // Its size was bounded when it was accepted.
            var bytes = new byte[attachment.Size];
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            var key = $"attachments/{Ids.New(time):N}";
            copies.Add((attachment with { BlobKey = key }, new AttachmentBytes(key, bytes)));
        }
        return copies;
    }

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
