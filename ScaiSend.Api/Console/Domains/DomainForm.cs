using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Domains;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Api.Console.Domains;

/// <summary>What somebody has typed about a domain, or what stands there before he does.</summary>
public sealed record DomainForm(
    string Domain,
    string DmarcPolicy,
    string DmarcReports,
    bool AllowsSubdomains,
    bool WantsReturnPath,
    bool WithEd25519,
    bool IsActive
)
{
    private static readonly Dictionary<string, string> Labels = new()
    {
        ["domain"] = "The domain",
        ["dmarc_policy"] = "The DMARC policy",
        ["dmarc_rua_email"] = "The address for reports",
    };

    public string Reason { get; init; } = "";

    /// <summary>What is wrong with it, in sentences.</summary>
    public IReadOnlyList<string> Troubles { get; init; } = [];

    public static DomainForm Empty { get; } = new("", "none", "", false, false, false, true);

    public static DomainForm Of(SenderDomain domain) =>
        new(
            domain.Name,
            domain.DmarcPolicy,
            domain.DmarcReports ?? "",
            domain.AllowsSubdomains,
            domain.WantsReturnPath,
            WithEd25519: false,
            domain.IsActive
        );

    /// <summary>What was typed; the fields are null when something is wrong with it.</summary>
    public static (DomainForm Typed, DomainFields? Fields) Read(PostedForm form, Visitor visitor, bool isNew)
    {
        var body = form.AsBody(
            ["domain", "dmarc_policy", "dmarc_rua_email"],
            "allow_subdomains",
            "custom_return_path",
            "ed25519",
            "is_active"
        );
        var fields = DomainFields.Read(body, isNew);
        if (!DomainFields.Policies.Contains(form.Text("dmarc_policy")))
            body.Refuse("dmarc_policy", $"must be {string.Join(", ", DomainFields.Policies.SkipLast(1))} or {DomainFields.Policies[^1]}");
        var troubles = body.Sentences(Labels);
        if (visitor.WrongReason(form.Text("reason")) is { } trouble)
            troubles = [.. troubles, trouble];
        var typed = new DomainForm(
            form.Text("domain"),
            form.Text("dmarc_policy"),
            form.Text("dmarc_rua_email"),
            form.IsTicked("allow_subdomains"),
            form.IsTicked("custom_return_path"),
            form.IsTicked("ed25519"),
            form.IsTicked("is_active")
        )
        {
            Reason = form.Text("reason"),
            Troubles = troubles,
        };
        return (typed, troubles.Count == 0 ? fields : null);
    }
}
