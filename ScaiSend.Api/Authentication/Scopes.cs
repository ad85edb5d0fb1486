namespace ScaiSend.Api.Authentication;

/// <summary>The permissions that a credential can have; the whole set.</summary>
public static class Scopes
{
    public const string MailSend = "mail.send";
    public const string MailSchedule = "mail.schedule";
    public const string MailCancel = "mail.cancel";
    public const string TemplatesRead = "templates.read";
    public const string TemplatesWrite = "templates.write";
    public const string TemplatesDelete = "templates.delete";
    public const string SuppressionsRead = "suppressions.read";
    public const string SuppressionsWrite = "suppressions.write";
    public const string StatsRead = "stats.read";
    public const string StatsExport = "stats.export";
    public const string WebhooksRead = "webhooks.read";
    public const string WebhooksWrite = "webhooks.write";
    public const string DomainsRead = "domains.read";
    public const string DomainsWrite = "domains.write";
    public const string AdminApiKeys = "admin.api_keys";
    public const string AdminUsers = "admin.users";
    public const string AdminSettings = "admin.settings";

    public static IReadOnlyList<string> All { get; } =
    [
        MailSend,
        MailSchedule,
        MailCancel,
        TemplatesRead,
        TemplatesWrite,
        TemplatesDelete,
        SuppressionsRead,
        SuppressionsWrite,
        StatsRead,
        StatsExport,
        WebhooksRead,
        WebhooksWrite,
        DomainsRead,
        DomainsWrite,
        AdminApiKeys,
        AdminUsers,
        AdminSettings,
    ];

    /// <summary>Scopes as they are stored: in the order of <see cref="All"/>, each once, separated by blanks.</summary>
    public static string Write(IEnumerable<string> scopes) => string.Join(' ', All.Intersect(scopes));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<string> Read(string stored) => stored.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
