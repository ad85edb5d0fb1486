using System.Collections.ObjectModel;
using System.Text.Json;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>The top level of a mail send request, each field read and checked by itself; <see cref="MailSendRules"/> checks them together.</summary>
internal sealed class MailSendFields(DateTimeOffset now, ArrivingContents? contents, int bodyStart)
{
    private const int LongestBatchId = 255;

    private readonly PersonalizationFields _personalizations = new(now);
    private readonly AttachmentFields _attachments = new(now, contents, bodyStart);

    /// <summary>False when the request is no object at all.</summary>
    public bool IsRead { get; private set; }

    public List<ReadPersonalization> Personalizations { get; private set; } = [];
    public Address? From { get; private set; }
    public Address? ReplyTo { get; private set; }
    public IReadOnlyList<Address> ReplyToList { get; private set; } = [];
    public string? Subject { get; private set; }
    public IReadOnlyList<ContentPart> Content { get; private set; } = [];
    public bool HasContent { get; private set; }
    public string? TemplateId { get; private set; }
    public IReadOnlyDictionary<string, string> Sections { get; private set; } = ReadOnlyDictionary<string, string>.Empty;
    public IReadOnlyDictionary<string, string> Headers { get; private set; } = ReadOnlyDictionary<string, string>.Empty;
    public IReadOnlyList<string> Categories { get; private set; } = [];
    public IReadOnlyDictionary<string, string> CustomArgs { get; private set; } = ReadOnlyDictionary<string, string>.Empty;
    public DateTimeOffset? SendAt { get; private set; }
    public string? BatchId { get; private set; }
    public SettingsFields Settings { get; } = new();

    public void Read(ref JsonCursor json)
    {
        if (!json.EntersObject(isItem: true))
            return;
        IsRead = true;
        while (json.NextProperty())
            ReadField(ref json);
    }

    public ParsedMail ToMail(ReadOnlySpan<byte> body)
    {
        var content = new MessageContent(
            From!,
            ReplyTo is null ? ReplyToList : [ReplyTo],
            Subject ?? "",
            Content,
            _attachments.Attachments,
            Headers,
            Categories,
            CustomArgs,
            Settings.Footer,
            Sections: Sections.Count == 0 ? null : Sections
        );
        var personalizations = new ParsedPersonalization[Personalizations.Count];
        for (var i = 0; i < personalizations.Length; i++)
        {
            var read = Personalizations[i];
            personalizations[i] = new ParsedPersonalization(read.Personalization, SendAtField.Effective(read.SendAt, SendAt, now));
        }
        return new ParsedMail(
            content,
            personalizations,
            _attachments.Blobs,
            SendAtField.IfFuture(SendAt, now),
            BatchId,
            Settings.IsSandbox,
            Settings.ToJson(body),
            TemplateId,
            Settings.GroupId
        );
    }

    private void ReadField(ref JsonCursor json)
    {
        switch (json.Name)
        {
            case "personalizations":
                Personalizations = _personalizations.Read(ref json);
                break;
            case "from":
                From = AddressFields.Read(ref json, AddressTexts.From);
                break;
            case "reply_to":
                ReplyTo = AddressFields.Read(ref json, AddressTexts.ReplyTo);
                break;
            case "reply_to_list":
                ReplyToList = ReadReplyToList(ref json);
                break;
            case "subject":
                Subject = SubjectField.Read(ref json);
                break;
            case "content":
                HasContent = json.Token != JsonTokenType.Null;
                Content = ContentFields.Read(ref json);
                break;
            case "template_id":
                TemplateId = json.Text();
                break;
            case "sections":
                Sections = TextMaps.ReadSections(ref json);
                break;
            case "attachments":
                _attachments.Read(ref json);
                break;
            case "headers":
                Headers = HeaderFields.Read(ref json);
                break;
            case "categories":
                Categories = CategoryFields.Read(ref json);
                break;
            case "custom_args":
                CustomArgs = TextMaps.ReadCustomArgs(ref json);
                break;
            case "send_at":
                SendAt = SendAtField.Read(ref json, now);
                break;
            case "batch_id":
                BatchId = ReadBatchId(ref json);
                break;
            case "asm":
                Settings.ReadAsm(ref json);
                break;
            case "ip_pool_name":
                Settings.ReadIpPoolName(ref json);
                break;
            case "mail_settings":
                Settings.ReadMailSettings(ref json);
                break;
            case "tracking_settings":
                Settings.ReadTrackingSettings(ref json);
                break;
            default:
                json.Skip();
                break;
        }
    }

    private static List<Address> ReadReplyToList(ref JsonCursor json)
    {
        const int most = 1000;
        var addresses = new List<Address>();
        if (!json.EntersArray())
            return addresses;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var count = 0;
        while (json.NextItem())
        {
            if (++count > most)
                json.Skip();
            else if (AddressFields.Read(ref json, AddressTexts.ReplyTo, isItem: true) is { } address)
            {
                if (!seen.Add(AddressRule.Mailbox(address.Email)))
                    json.Errors.Add("Each email address in the reply_to_list should be unique.", "email");
                addresses.Add(address);
            }
        }
        if (count > most)
            json.Errors.Add($"There is a limit of {most} addresses in the reply_to_list. You provided {count} addresses.");
        return addresses;
    }

    private static string? ReadBatchId(ref JsonCursor json)
    {
        var batchId = json.Text(ifNot: "The batch_id must be a string.");
        if (batchId?.Length > LongestBatchId || HeaderText.IsBroken(batchId))
            json.Errors.Add(BatchShape.UnknownBatch.Message);
        return string.IsNullOrEmpty(batchId) ? null : batchId;
    }
}
