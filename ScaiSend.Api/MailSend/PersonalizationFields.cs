using System.Collections.ObjectModel;
using System.Text.Json;
using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>A personalization as read.</summary>
/// <param name="Index">Its place in the request.</param>
/// <param name="SendAt">Its own <c>send_at</c>, also when it has passed.</param>
internal readonly record struct ReadPersonalization(int Index, Personalization Personalization, DateTimeOffset? SendAt);

/// <summary>Reads <c>personalizations</c>.</summary>
internal sealed class PersonalizationFields(DateTimeOffset now)
{
    private const int Most = 1000;

    private RecipientFields _recipients = new();

    public List<ReadPersonalization> Read(ref JsonCursor json)
    {
        _recipients = new RecipientFields();
        var read = new List<ReadPersonalization>(1);
        if (!json.EntersArray())
            return read;
        var count = 0;
        while (json.NextItem())
        {
            if (++count > Most)
                json.Skip();
            else
                ReadOne(ref json, count - 1, read);
        }
        if (count > Most)
            json.Errors.Add(
                $"The personalization block is limited to {Most} personalizations per API request. You have provided {count} personalizations. Please consider splitting this into multiple requests and resending your request."
            );
        if (_recipients.AreTooMany)
            json.Errors.Add($"There is a limit of {RecipientFields.Most} total recipients (to + cc + bcc) per request.");
        return read;
    }

    private void ReadOne(ref JsonCursor json, int index, List<ReadPersonalization> read)
    {
        if (!json.EntersObject(isItem: true))
            return;
        List<Address> to = [];
        List<Address> cc = [];
        List<Address> bcc = [];
        Address? from = null;
        string? subject = null;
        IReadOnlyDictionary<string, string> headers = ReadOnlyDictionary<string, string>.Empty;
        IReadOnlyDictionary<string, string> substitutions = ReadOnlyDictionary<string, string>.Empty;
        IReadOnlyDictionary<string, string> customArgs = ReadOnlyDictionary<string, string>.Empty;
        DateTimeOffset? sendAt = null;
        JsonElement? templateData = null;
        while (json.NextProperty())
        {
            switch (json.Name)
            {
                case "to":
                    to = _recipients.Read(ref json, AddressTexts.To);
                    break;
                case "cc":
                    cc = _recipients.Read(ref json, AddressTexts.Cc);
                    break;
                case "bcc":
                    bcc = _recipients.Read(ref json, AddressTexts.Bcc);
                    break;
                case "from":
                    from = AddressFields.Read(ref json, AddressTexts.From);
                    break;
                case "subject":
                    subject = SubjectField.Read(ref json);
                    break;
                case "headers":
                    headers = HeaderFields.Read(ref json);
                    break;
                case "substitutions":
                    substitutions = TextMaps.ReadSubstitutions(ref json);
                    break;
                case "custom_args":
                    customArgs = TextMaps.ReadCustomArgs(ref json);
                    break;
                case "send_at":
                    sendAt = SendAtField.Read(ref json, now);
                    break;
                case "dynamic_template_data":
                    templateData = json.RawObject();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (to.Count == 0 && !_recipients.AreTooMany)
            json.Errors.AddMissing(
                "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
                "to"
            );
        RecipientFields.RefuseDuplicates(json.Errors, to, cc, bcc);
        var personalization = new Personalization(to, cc, bcc, subject, headers, substitutions, customArgs, from, templateData);
        read.Add(new ReadPersonalization(index, personalization, sendAt));
    }
}
