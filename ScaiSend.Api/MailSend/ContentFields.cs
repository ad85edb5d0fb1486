using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>content</c>: plain text first, then HTML, each at most once, then whatever else.</summary>
internal static class ContentFields
{
    public const string Plain = "text/plain";
    public const string Html = "text/html";

    public static IReadOnlyList<ContentPart> Read(ref JsonCursor json)
    {
        if (!json.EntersArray())
            return [];
        var parts = new List<ContentPart>(2);
        while (json.NextItem())
        {
            if (ReadPart(ref json) is { } part)
                parts.Add(part);
        }
        RefuseOrder(json.Errors, parts);
        return parts;
    }

    private static ContentPart? ReadPart(ref JsonCursor json)
    {
        const string emptyType = "The content type must be a string at least one character in length.";
        const string emptyValue = "The content value must be a string at least one character in length.";
        if (!json.EntersObject(isItem: true))
            return null;
        string? type = null;
        string? value = null;
        while (json.NextProperty())
        {
            switch (json.Name)
            {
                case "type":
                    type = json.Text(ifNot: emptyType);
                    break;
                case "value":
                    value = json.Text(ifNot: emptyValue);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (string.IsNullOrEmpty(value))
            json.Errors.AddMissing(emptyValue, "value");
        if (string.IsNullOrEmpty(type))
            json.Errors.AddMissing(emptyType, "type");
        else if (type.Contains(';') || HeaderText.IsBroken(type))
            json.Errors.Add("Cannot contain ';', or CRLF characters.", "type");
        else if (!HeaderText.IsPartType(type) || type.StartsWith("message/", StringComparison.OrdinalIgnoreCase))
            json.Errors.Add("The content type must be a media type of one part, such as text/plain.", "type");
        else
            return new ContentPart(Canonical(type), value ?? "");
        return null;
    }

    private static string Canonical(string type) =>
        type.Equals(Plain, StringComparison.OrdinalIgnoreCase) ? Plain
        : type.Equals(Html, StringComparison.OrdinalIgnoreCase) ? Html
        : type;

    private static void RefuseOrder(RequestErrors errors, List<ContentPart> parts)
    {
        var (plain, html, latest) = (0, 0, 0);
        var isOrdered = true;
        foreach (var part in parts)
        {
            var rank = part.Type switch
            {
                Plain => 0,
                Html => 1,
                _ => 2,
            };
            isOrdered &= rank >= latest;
            latest = Math.Max(latest, rank);
            plain += rank == 0 ? 1 : 0;
            html += rank == 1 ? 1 : 0;
        }
        if (plain > 1 || html > 1)
            errors.Add("If present, text/plain and text/html may only be provided once.");
        if (!isOrdered)
            errors.Add(
                "Following RFC 1341, section 7.2, if either text/html or text/plain are to be sent in your email: text/plain needs to be first, followed by text/html, followed by any other content."
            );
    }
}
