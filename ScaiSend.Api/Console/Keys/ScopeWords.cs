using ScaiSend.Api.Authentication;

namespace ScaiSend.Api.Console.Keys;

/// <summary>Some scopes that are about the same, each with what it lets one do, in words.</summary>
public sealed record ScopeGroup(string Title, IReadOnlyList<(string Scope, string Words)> Scopes);

/// <summary>What scopes are called where people choose among them.</summary>
public static class ScopeWords
{
    /// <summary>All scopes, each once.</summary>
    public static IReadOnlyList<ScopeGroup> Groups { get; } =
    [
        new(
            "Mail",
            [
                (Scopes.MailSend, "send mail"),
                (Scopes.MailSchedule, "send it later, and in batches"),
                (Scopes.MailCancel, "cancel what waits; pause and resume batches"),
            ]
        ),
        new(
            "Templates and pictures",
            [(Scopes.TemplatesRead, "see them"), (Scopes.TemplatesWrite, "make and change them"), (Scopes.TemplatesDelete, "delete them")]
        ),
        new(
            "Addresses that get no mail",
            [(Scopes.SuppressionsRead, "see the lists"), (Scopes.SuppressionsWrite, "add to them and take off them")]
        ),
        new("Reports", [(Scopes.StatsRead, "see messages, events and statistics"), (Scopes.StatsExport, "count statistics anew")]),
        new("Webhooks", [(Scopes.WebhooksRead, "see them and their log"), (Scopes.WebhooksWrite, "make, change, test and replay them")]),
        new("Sender domains", [(Scopes.DomainsRead, "see them"), (Scopes.DomainsWrite, "add, verify and delete them")]),
        new(
            "Administration",
            [
                (Scopes.AdminApiKeys, "make and revoke API keys"),
                (Scopes.AdminUsers, "manage people, groups and roles"),
                (Scopes.AdminSettings, "change the tenant’s settings"),
            ]
        ),
    ];
}
