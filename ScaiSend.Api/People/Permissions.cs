using ScaiSend.Api.Authentication;

namespace ScaiSend.Api.People;

/// <summary>A permission, for people who put roles together.</summary>
public sealed record Permission(string Id, string Description)
{
    /// <summary>What it is about: the part before the dot.</summary>
    public string Category => Id[..Id.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>All there are.</summary>
    public static IReadOnlyList<Permission> All { get; } =
    [
        new(Scopes.MailSend, "Send mail"),
        new(Scopes.MailSchedule, "Send mail at a later time, and in batches"),
        new(Scopes.MailCancel, "Cancel mail that has not gone"),
        new(Scopes.TemplatesRead, "See templates"),
        new(Scopes.TemplatesWrite, "Make and change templates"),
        new(Scopes.TemplatesDelete, "Delete templates"),
        new(Scopes.SuppressionsRead, "See suppressed addresses and unsubscribe groups"),
        new(Scopes.SuppressionsWrite, "Add and remove suppressed addresses, and change unsubscribe groups"),
        new(Scopes.StatsRead, "See statistics and messages"),
        new(Scopes.StatsExport, "Rebuild and export statistics"),
        new(Scopes.WebhooksRead, "See webhooks and what they were told"),
        new(Scopes.WebhooksWrite, "Make and change webhooks, and replay events"),
        new(Scopes.DomainsRead, "See sender domains"),
        new(Scopes.DomainsWrite, "Add, verify, change and delete sender domains, and rotate their keys"),
        new(Scopes.AdminApiKeys, "Make, change and revoke API keys"),
        new(Scopes.AdminUsers, "See users, and change roles, groups and who has them"),
        new(Scopes.AdminSettings, "Change the tenant's settings, see its audit log, and erase persons"),
    ];

    /// <summary>What they are about.</summary>
    public static IReadOnlyList<string> Categories { get; } = [.. All.Select(p => p.Category).Distinct()];
}
