using System.Collections.Frozen;
using System.Collections.ObjectModel;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads the caller's own header fields, and keeps those away from it that the product writes.</summary>
internal static class HeaderFields
{
    // RFC 5322 §2.1.1: a line holds 998 characters; a name of this length still leaves room for a value.
    private const int LongestName = 255;

    // A larger header section would reach no one.
    private const int MostCharacters = 64 * 1024;

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "Content-Type",
        "Content-Transfer-Encoding",
        "To",
        "From",
        "Subject",
        "Reply-To",
        "CC",
        "BCC",
        // Ours to write, beyond SendGrid's list.
        "Message-ID",
        "Date",
        "MIME-Version",
        "Return-Path"
    );

    public static IReadOnlyDictionary<string, string> Read(ref JsonCursor json)
    {
        if (!json.EntersObject())
            return ReadOnlyDictionary<string, string>.Empty;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var characters = 0;
        while (json.NextProperty())
        {
            var name = json.Name;
            RefuseName(json.Errors, name);
            if (json.Text(isItem: true, ifNot: "The header values must be strings.") is not { } value)
                continue;
            if (HeaderText.IsBroken(value))
                json.Errors.Add("The header values cannot contain CR, LF or NUL characters.");
            if (!headers.TryAdd(name, value))
                json.Errors.Add("The headers cannot contain duplicate keys.");
            characters += name.Length + value.Length;
        }
        if (characters > MostCharacters)
            json.Errors.Add($"The headers cannot be longer than {MostCharacters} characters together.");
        return headers;
    }

    private static void RefuseName(RequestErrors errors, string name)
    {
        // RFC 5322 §2.2: printable ASCII except the colon.
        if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':'))
            errors.Add("Header keys cannot contain non-ASCII characters and empty spaces.");
        else if (name.Length > LongestName)
            errors.Add($"Header keys cannot be longer than {LongestName} characters.");
        else if (Reserved.Contains(name))
            errors.Add("Header can not be one of the reserved keys.");
    }
}
