using System.Globalization;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Suppressions;

/// <summary>Addresses in a request's body.</summary>
internal static class AddressList
{
    /// <summary>Most bytes of a body with addresses.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>Most addresses of one request; more come as CSV.</summary>
    public const int Most = 1000;

    /// <summary>Longest reason that is kept.</summary>
    public const int MaxReason = 1000;

    /// <summary>An address in a path. Routing decodes all but the slash, which an address may have (RFC 5322 §3.2.3).</summary>
    public static string InPath(string email) => email.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The address in <c>email</c>, which must be there.</summary>
    public static string One(BodyFields body)
    {
        var email = body.Required("email", int.MaxValue);
        if (email.Length > 0 && !AddressRule.IsValid(email))
            body.Refuse("email", "must be an email address");
        return email;
    }

    /// <summary>The addresses in <c>recipient_emails</c>, which must be there.</summary>
    public static IReadOnlyList<string> Recipients(BodyFields body)
    {
        if (!body.Has("recipient_emails"))
            body.Refuse("recipient_emails", "Field required", "missing");
        var emails = body.Texts("recipient_emails", Most) ?? [];
        for (var i = 0; i < emails.Count; i++)
        {
            if (!AddressRule.IsValid(emails[i]))
                body.Refuse(string.Create(CultureInfo.InvariantCulture, $"recipient_emails.{i}"), "must be an email address");
        }
        return emails;
    }
}
