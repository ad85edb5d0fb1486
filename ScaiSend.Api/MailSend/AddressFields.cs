using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>What SendGrid says about a wrong address in one of the request's places.</summary>
/// <param name="FieldName">The place's name in an error about its length.</param>
internal sealed record AddressTexts(string FieldName, string Missing, string Invalid)
{
    public static AddressTexts To { get; } = Recipient("to", "To");
    public static AddressTexts Cc { get; } = Recipient("cc", "CC");
    public static AddressTexts Bcc { get; } = Recipient("bcc", "BCC");
    public static AddressTexts From { get; } =
        new(
            "From",
            "The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {\"email\" : \"example@example.com\"}  or {\"email\" : \"example@example.com\", \"name\" : \"Example Recipient\"}.",
            "The from email does not contain a valid address."
        );
    public static AddressTexts ReplyTo { get; } =
        new("Reply-To", "The reply_to email parameter is required.", "The reply_to email does not contain a valid address.");

    private static AddressTexts Recipient(string field, string name) =>
        new(name, $"The {field} email parameter is required.", "Does not contain a valid address.");
}

/// <summary>Reads <c>{email, name}</c> objects.</summary>
internal static class AddressFields
{
    // SendGrid's limit, and its text. RFC 5321 §4.5.3.1 is stricter and is checked by AddressRule.
    private const int LongestForSendGrid = 320;

    /// <summary>Reads one address; null, and noted, when it is not valid.</summary>
    public static Address? Read(ref JsonCursor json, AddressTexts texts, bool isItem = false)
    {
        if (!json.EntersObject(isItem))
            return null;
        string? email = null;
        string? name = null;
        while (json.NextProperty())
        {
            switch (json.Name)
            {
                case "email":
                    email = json.Text();
                    break;
                case "name":
                    name = ReadName(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        return Accepts(json.Errors, email, texts) ? new Address(email!, string.IsNullOrEmpty(name) ? null : name) : null;
    }

    private static string? ReadName(ref JsonCursor json)
    {
        var name = json.Text();
        if (HeaderText.IsBroken(name))
            json.Errors.Add("The name cannot contain CR, LF or NUL characters.");
        return name;
    }

    private static bool Accepts(RequestErrors errors, string? email, AddressTexts texts)
    {
        if (string.IsNullOrEmpty(email))
            errors.AddMissing(texts.Missing, "email");
        else if (email.Length > LongestForSendGrid)
            errors.Add($"The {texts.FieldName} email exceeds the maximum total length of {LongestForSendGrid} characters", "email");
        else if (!AddressRule.IsValid(email))
            errors.Add(texts.Invalid, "email");
        else
            return true;
        return false;
    }
}
