using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>attachments</c> and decodes their bytes.</summary>
internal static class Attachments
{
    private const int Max = 10;
    private const int MaxFileName = 255;
    private const int MaxType = 255;

    public static (IReadOnlyList<Attachment> Attachments, IReadOnlyList<AttachmentBytes> Blobs) Read(Field root, DateTimeOffset now)
    {
        if (root.Array("attachments") is not { } list)
            return ([], []);
        if (list.Length > Max)
        {
            list.Fail(Texts.TooManyAttachments);
            return ([], []);
        }
        var attachments = new List<Attachment>(list.Length);
        var blobs = new List<AttachmentBytes>(list.Length);
        foreach (var item in list.Items())
        {
            if (item.AsObject() is not { } field)
                continue;
            var bytes = Bytes(field);
            var fileName = field.Line("filename", required: Texts.FileName, max: MaxFileName);
            var type = field.Member("type")?.AsLine(Texts.AttachmentType, MaxType) ?? "application/octet-stream";
            var isInline = IsInline(field);
            var contentId = ContentId(field, isInline);
            var key = $"attachments/{Guid.CreateVersion7(now):N}";
            attachments.Add(new Attachment(key, bytes.Length, fileName ?? "", type, isInline, contentId));
            blobs.Add(new AttachmentBytes(key, bytes));
        }
        return (attachments, blobs);
    }

    private static byte[] Bytes(Field field)
    {
        if (field.Text("content", required: Texts.AttachmentContent) is not { } content)
            return [];
        if (content.TryDecodeBase64(out var bytes))
            return bytes;
        content.Fail(Texts.AttachmentBase64);
        return [];
    }

    private static bool IsInline(Field field)
    {
        var disposition = field.Line("disposition") ?? "attachment";
        if (disposition is not ("attachment" or "inline"))
            field.Fail("disposition", Texts.Disposition);
        return disposition == "inline";
    }

    private static string? ContentId(Field field, bool isInline)
    {
        var given = field.Line("content_id");
        // RFC 2392 §2: the brackets belong to the header, not to the id.
        var id = given is ['<', .., '>'] ? given[1..^1] : given;
        if (string.IsNullOrEmpty(id))
        {
            if (isInline && field.Member("content_id") is null or { IsEmptyString: true })
                field.Fail("content_id", Texts.ContentId);
            else if (given is { Length: > 0 })
                field.Fail("content_id", Texts.ContentIdSyntax);
            return null;
        }
        if (id.Length > 255 || id.AsSpan().ContainsAnyExceptInRange(' ', '~') || id.AsSpan().ContainsAny('<', '>'))
            field.Fail("content_id", Texts.ContentIdSyntax);
        return id;
    }
}
