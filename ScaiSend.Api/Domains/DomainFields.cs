using Microsoft.AspNetCore.Http;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Domains;

/// <summary>The fields of a request about a sender domain. Null: not given.</summary>
public sealed record DomainFields(
    string? Domain,
    string? DmarcPolicy,
    string? DmarcReports,
    bool? AllowsSubdomains,
    bool? WantsReturnPath,
    bool? WithEd25519,
    bool? IsActive
)
{
    private const int MaxBytes = 16 * 1024;

    // Of a domain (RFC 1035 §2.3.4), and of an address for reports, whose URI must fit a record.
    private const int MaxDomain = 253;

    /// <summary>What a DMARC record may ask receivers to do (RFC 7489 §6.3).</summary>
    public static IReadOnlyList<string> Policies { get; } = ["none", "quarantine", "reject"];

    /// <summary>The fields, or what is wrong with them.</summary>
    /// <param name="isNew">A new domain needs its name; an old one keeps it.</param>
    public static async Task<(DomainFields? Fields, IResult? Refusal)> ReadAsync(HttpContext http, bool isNew)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var fields = Read(body, isNew);
        body.RefuseOthers();
        if (body.Refusal(http) is { } refusal)
            return (null, refusal);
        if (fields.DmarcPolicy is { } policy && !Policies.Contains(policy))
            return (
                null,
                Refusals.Because(
                    http,
                    StatusCodes.Status400BadRequest,
                    $"dmarc_policy is '{policy}'; it must be none, quarantine or reject",
                    "dmarc_policy"
                )
            );
        return (fields, null);
    }

    /// <summary>The fields; what is wrong is noted in the body. Whether the policy is one of <see cref="Policies"/> is the caller's to ask.</summary>
    public static DomainFields Read(BodyFields body, bool isNew)
    {
        var fields = new DomainFields(
            isNew ? ReadDomain(body) : null,
            body.Text("dmarc_policy", 16),
            body.Text("dmarc_rua_email", MaxDomain),
            body.Flag("allow_subdomains"),
            body.Flag("custom_return_path"),
            isNew ? body.Flag("ed25519") : null,
            isNew ? null : body.Flag("is_active")
        );
        if (fields.DmarcReports is { Length: > 0 } reports && !AddressRule.IsValid(reports))
            body.Refuse("dmarc_rua_email", "must be an e-mail address");
        return fields;
    }

    private static string ReadDomain(BodyFields body)
    {
        var text = body.Required("domain", MaxDomain).Trim().TrimEnd('.');
        if (text.Length == 0)
            return "";
        if (!text.Contains('@', StringComparison.Ordinal) && AddressRule.AsciiDomain(text) is { } name)
            return name.ToLowerInvariant();
        body.Refuse("domain", "must be a domain name, such as example.com");
        return "";
    }
}
