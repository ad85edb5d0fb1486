using ScaiSend.Contracts.Emails;

namespace ScaiSend.Processing.Rendering;

/// <summary>Writes a tree of entities; boundaries are counted from the email's id, so that the same email has the same ones.</summary>
internal sealed class MimeWriter(MailBuffer mail, Guid emailId)
{
    private readonly List<MailFile> files = [];
    private int multiparts;

    /// <summary>The files whose contents were left out; null when there are none.</summary>
    public IReadOnlyList<MailFile>? Files => files.Count == 0 ? null : files;

    /// <summary>Writes the root's MIME fields, then the fields of <paramref name="writeLastFields"/>, then its body.</summary>
    public void WriteRoot(MimeEntity root, Action writeLastFields)
    {
        mail.Write("MIME-Version: 1.0"u8);
        mail.EndLine();
        Write(root, writeLastFields);
        // RFC 5322 §2.1: the message ends with a line end.
        if (mail.Column > 0)
        {
            mail.EndLine();
        }
    }

    private void Write(MimeEntity entity, Action? writeLastFields)
    {
        switch (entity)
        {
            case TextEntity text:
                WriteTextEntity(text, writeLastFields);
                break;
            case FileEntity file:
                WriteFile(file);
                break;
            case MultipartEntity multipart:
                WriteMultipart(multipart, writeLastFields);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(entity));
        }
    }

    private void WriteTextEntity(TextEntity entity, Action? writeLastFields)
    {
        var encoding = TransferEncodings.For(entity.Text);
        mail.Write(entity.ContentType);
        WriteEncodingField(encoding);
        writeLastFields?.Invoke();
        mail.EndLine();
        BodyText.Write(mail, entity.Text, encoding);
    }

    private void WriteFile(FileEntity file)
    {
        mail.Write(ContentTypes.OfFile(file.Attachment.Type));
        WriteEncodingField(TransferEncoding.Base64);
        mail.Write(ContentTypes.Disposition(file.Attachment));
        if (file.Attachment.ContentId is { } contentId)
        {
            mail.Write("Content-ID: <"u8);
            mail.Write(contentId);
            mail.Write(">"u8);
            mail.EndLine();
        }
        mail.EndLine();
        if (file.Bytes is { } bytes)
        {
            BodyText.WriteBase64(mail, bytes.Span);
        }
        else
        {
            files.Add(new MailFile(mail.Length, file.Attachment.BlobKey, file.Attachment.Size));
        }
    }

    private void WriteMultipart(MultipartEntity entity, Action? writeLastFields)
    {
        // "=_" can stand neither in base64 nor in quoted-printable (RFC 2045 §6.7).
        var boundary = $"=_{emailId:N}_{++multiparts}";
        mail.Write("Content-Type: multipart/"u8);
        mail.Write(entity.Subtype);
        mail.Write(";"u8);
        mail.EndLine();
        mail.Write(" boundary=\""u8);
        mail.Write(boundary);
        mail.Write("\""u8);
        mail.EndLine();
        writeLastFields?.Invoke();
        foreach (var child in entity.Children)
        {
            mail.EndLine();
            WriteDelimiter(boundary);
            mail.EndLine();
            Write(child, writeLastFields: null);
        }
        mail.EndLine();
        WriteDelimiter(boundary);
        mail.Write("--"u8);
        mail.EndLine();
    }

    private void WriteDelimiter(string boundary)
    {
        mail.Write("--"u8);
        mail.Write(boundary);
    }

    private void WriteEncodingField(TransferEncoding encoding)
    {
        mail.Write("Content-Transfer-Encoding: "u8);
        mail.Write(encoding.Name());
        mail.EndLine();
    }
}
