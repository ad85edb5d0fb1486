using System.Text.Json;
using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>attachments</c>: finds or decodes the content of each, and knows the key under which its bytes are or will be stored.</summary>
/// <param name="contents">Contents that were taken out of the body while it arrived.</param>
/// <param name="bodyStart">Where the JSON begins in the body.</param>
internal sealed class AttachmentFields(DateTimeOffset now, ArrivingContents? contents, int bodyStart)
{
    private const int Most = 10;
    private const int LongestFileName = 255;
    private const int LongestContentId = 255;
    private const string NotBase64 = "The attachment content must be base64 encoded.";

    private readonly List<Attachment> _attachments = [];
    private readonly List<AttachmentBytes> _blobs = [];

    public IReadOnlyList<Attachment> Attachments => _attachments;

    public IReadOnlyList<AttachmentBytes> Blobs => _blobs;

    public void Read(ref JsonCursor json)
    {
        _attachments.Clear();
        _blobs.Clear();
        if (!json.EntersArray())
            return;
        var count = 0;
        while (json.NextItem())
        {
            if (++count > Most)
                json.Skip();
            else
                ReadOne(ref json);
        }
        if (count > Most)
            json.Errors.Add($"There is a limit of {Most} attachments for each email that is sent. You provided {count} attachments.");
    }

    private void ReadOne(ref JsonCursor json)
    {
        if (!json.EntersObject(isItem: true))
            return;
        (string Key, long Size)? content = null;
        string? fileName = null;
        string? type = null;
        string? disposition = null;
        string? contentId = null;
        while (json.NextProperty())
        {
            switch (json.Name)
            {
                case "content":
                    content = ReadContent(ref json);
                    break;
                case "filename":
                    fileName = json.Text();
                    break;
                case "type":
                    type = json.Text();
                    break;
                case "disposition":
                    disposition = json.Text();
                    break;
                case "content_id":
                    contentId = json.Text();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (content is null)
            json.Errors.AddMissing("The attachment content must be a string at least one character in length.", "content");
        RefuseFileName(json.Errors, fileName);
        RefuseType(json.Errors, type);
        var isInline = IsInline(json.Errors, disposition);
        contentId = WithoutBrackets(contentId);
        RefuseContentId(json.Errors, contentId, isInline);
        if (content is var (key, size) && fileName is not null)
            _attachments.Add(
                new Attachment(key, size, fileName, string.IsNullOrEmpty(type) ? "application/octet-stream" : type, isInline, contentId)
            );
    }

    private (string Key, long Size)? ReadContent(ref JsonCursor json)
    {
        if (json.Token == JsonTokenType.String && contents?.At(bodyStart + json.ValueStart) is { IsEmpty: false } arrived)
            return Find(json.Errors, arrived);
        if (json.Token != JsonTokenType.String || json.IsEmptyText)
        {
            json.Errors.Add("The attachment content must be a string at least one character in length.");
            json.Skip();
            return null;
        }
        if (json.Base64() is { Length: > 0 } content)
            return WillBeStored($"attachments/{Guid.CreateVersion7(now):N}", content);
        json.Errors.Add(NotBase64);
        return null;
    }

    private (string Key, long Size)? Find(RequestErrors errors, IncomingAttachment arrived)
    {
        if (arrived.IsBase64 && arrived.Size > 0)
            return arrived.Bytes is { } bytes ? WillBeStored(arrived.Key, bytes) : (arrived.Key, arrived.Size);
        errors.Add(NotBase64);
        return null;
    }

    private (string Key, long Size) WillBeStored(string key, ReadOnlyMemory<byte> bytes)
    {
        _blobs.Add(new AttachmentBytes(key, bytes));
        return (key, bytes.Length);
    }

    private static void RefuseFileName(RequestErrors errors, string? fileName)
    {
        if (string.IsNullOrEmpty(fileName))
            errors.AddMissing("filename is required.", "filename");
        else if (HeaderText.IsBroken(fileName))
            errors.Add("The filename of your attachment cannot contain CRLF characters.", "filename");
        else if (fileName.Length > LongestFileName)
            errors.Add($"The filename of your attachment cannot be longer than {LongestFileName} characters.", "filename");
    }

    private static void RefuseType(RequestErrors errors, string? type)
    {
        if (string.IsNullOrEmpty(type))
            return;
        if (type.Contains(';') || HeaderText.IsBroken(type))
            errors.Add("The type cannot contain ';', or CRLF characters.", "type");
        else if (!HeaderText.IsPartType(type))
            errors.Add("The type must be a media type of one part, such as application/pdf.", "type");
    }

    private static bool IsInline(RequestErrors errors, string? disposition)
    {
        if (string.IsNullOrEmpty(disposition) || disposition.Equals("attachment", StringComparison.OrdinalIgnoreCase))
            return false;
        if (disposition.Equals("inline", StringComparison.OrdinalIgnoreCase))
            return true;
        errors.Add(
            $"The disposition of your attachment can be either \"inline\" or \"attachment\". You provided '{Shown(disposition)}'.",
            "disposition"
        );
        return false;
    }

    // RFC 2392 §2: the identifier itself, as HTML's cid: names it.
    private static string? WithoutBrackets(string? contentId) =>
        contentId is ['<', .. var inside, '>'] ? inside
        : contentId is [] ? null
        : contentId;

    private static void RefuseContentId(RequestErrors errors, string? contentId, bool isInline)
    {
        if (string.IsNullOrEmpty(contentId))
        {
            if (isInline || contentId is not null)
                errors.AddMissing("The content ID of your attachment is required when its disposition is \"inline\".", "content_id");
        }
        else if (HeaderText.IsBroken(contentId))
            errors.Add("The content ID of your attachment cannot contain CRLF characters.", "content_id");
        else if (
            contentId.Length > LongestContentId
            || contentId.AsSpan().ContainsAnyExceptInRange('!', '~')
            || contentId.AsSpan().ContainsAny('<', '>')
        )
            errors.Add(
                $"The content ID of your attachment must be at most {LongestContentId} visible ASCII characters without spaces, '<' and '>'.",
                "content_id"
            );
    }

    private static string Shown(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "…");
}
