using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>Who does something, and how.</summary>
/// <param name="Via"><c>api</c>, <c>cli</c> or <c>console</c>.</param>
public sealed record Operator(string Name, string Via);

/// <summary>What somebody does, and why.</summary>
/// <param name="Reason">Empty where none was asked and none given.</param>
public sealed record Act(Operator Who, string Reason);

/// <summary>The table of what operators and administrators did. Entries are only ever added and brought to their end.</summary>
public sealed class AuditLog(MailDatabase database, TimeProvider time)
{
    /// <summary>How long one who carries an entry out may be silent before another goes on with it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Most characters of a reason.</summary>
    public const int MaxReason = 500;

    /// <summary>What is about partners, tenants and their settings; a partner's administrator sees these of his tenants.</summary>
    public static IReadOnlyList<string> OfSettings { get; } =
    ["tenant_add", "tenant_change", "tenant_suspend", "tenant_resume", "settings_change", "tracking_change"];

    /// <summary>Everything that is written down.</summary>
    public static IReadOnlyList<string> Actions { get; } =
    [
        .. Enum.GetValues<QueueAction>().Select(Word),
        "suspend",
        "lift",
        "token",
        "policy_apply",
        "policy_undo",
        "partner_add",
        "partner_change",
        .. OfSettings,
        "role_add",
        "role_change",
        "role_delete",
        "user_add",
        "user_disable",
        "user_enable",
        "user_password",
        "user_change",
        "user_role_add",
        "user_role_remove",
        "group_add",
        "group_change",
        "group_delete",
        "group_member_add",
        "group_member_remove",
        "group_nest",
        "group_unnest",
        "group_role_add",
        "group_role_remove",
        "domain_add",
        "domain_change",
        "domain_rotate",
        "domain_delete",
        "key_add",
        "key_change",
        "key_rotate",
        "key_revoke",
        "webhook_add",
        "webhook_change",
        "webhook_secret",
        "webhook_delete",
        "webhook_test",
        "webhook_replay",
        "tenant_delete",
        "sync",
        "erase",
        "content_look",
        "mail_look",
        "message_cancel",
        "message_retry",
        "message_fail",
        "message_resend",
        "suppression_add",
        "suppression_remove",
        "template_add",
        "template_change",
        "template_delete",
        "explain_look",
    ];

    /// <summary>How targets are written.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    // What was and what is: that something is null says something, too. Stored, never shown in a page: short enough for its column.
    private static readonly JsonSerializerOptions State = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes down work on the queue; whoever comes first carries it out.</summary>
    /// <param name="isOurs">Whether the caller does it himself: then nobody else takes it as long as he lives.</param>
    public Task<AuditEntry> OpenAsync(
        QueueAction action,
        QueueFilter filter,
        string reason,
        Operator who,
        bool isOurs,
        CancellationToken cancellationToken
    ) =>
        AddAsync(
            New(Word(action), JsonSerializer.Serialize(filter, Json), filter.TenantId, reason, who, isOurs ? Now + Lease : Now, null),
            cancellationToken
        );

    /// <summary>Writes down what was done already.</summary>
    /// <param name="tenantId">The tenant that it was about; null for none.</param>
    public Task<AuditEntry> AddDoneAsync(
        string action,
        object target,
        string reason,
        Operator who,
        CancellationToken cancellationToken,
        Guid? tenantId = null
    ) => AddAsync(New(action, JsonSerializer.Serialize(target, Json), tenantId, reason, who, null, Now), cancellationToken);

    /// <summary>Whether a reason has anything that can be seen.</summary>
    public static bool Says(string reason) =>
        reason.Any(c => char.IsLetterOrDigit(c) || char.IsPunctuation(c) || char.IsSymbol(c) || char.IsSurrogate(c));

    /// <summary>Whether a reason, where one must be given, says something and is not too long.</summary>
    public static bool IsReason(string reason) => Says(reason) && reason.Length <= MaxReason;

    /// <summary>Adds an entry about a change to the change's own transaction: neither is there without the other. The caller saves.</summary>
    /// <param name="target">What was changed: ids and names, never a secret.</param>
    /// <param name="before">What is different, as it was; null where that says nothing.</param>
    public static AuditEntry Note(
        MailDb db,
        TimeProvider time,
        Act act,
        string action,
        Guid? tenantId,
        object target,
        object? before = null,
        object? after = null
    )
    {
        var now = time.GetUtcNow();
        var entry = new AuditEntry
        {
            Id = Ids.New(time),
            Action = action,
            Actor = act.Who.Name,
            Via = act.Who.Via,
            Reason = act.Reason,
            Target = JsonSerializer.Serialize(target, Json),
            Before = before is null ? null : JsonSerializer.Serialize(before, State),
            After = after is null ? null : JsonSerializer.Serialize(after, State),
            TenantId = tenantId,
            CreatedAt = now,
            FinishedAt = now,
        };
        db.AuditEntries.Add(entry);
        return entry;
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">Only older ones than this.</param>
    /// <param name="seen">Which of all entries are looked through; all when null. Takes the tenants, too.</param>
    /// <param name="target">A part of what it was about: an id as it is shown, or a text.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(
        string? action,
        string? actor,
        Guid? tenantId,
        Guid? before,
        int limit,
        CancellationToken cancellationToken,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null,
        Func<IQueryable<AuditEntry>, IQueryable<Tenant>, IQueryable<AuditEntry>>? seen = null,
        string? target = null
    )
    {
        await using var db = database.ForPlatform();
        var entries = db.AuditEntries.AsNoTracking();
        if (seen is not null)
            entries = seen(entries, db.Tenants.IgnoreQueryFilters());
        // Ids are in the order of time.
        if (from is { } start && Ids.FirstOf(start) is var first)
            entries = entries.Where(e => e.Id.CompareTo(first) >= 0);
        if (until is { } end && Ids.FirstOf(end) is var last)
            entries = entries.Where(e => e.Id.CompareTo(last) < 0);
        if (action is not null)
            entries = entries.Where(e => e.Action == action);
        if (actor is not null)
            entries = entries.Where(e => e.Actor == actor);
        if (tenantId is not null)
            entries = entries.Where(e => e.TenantId == tenantId);
        if (target is not null && Stored(target) is var part)
            entries = entries.Where(e => e.Target.Contains(part));
        if (before is { } id)
            entries = entries.Where(e => e.Id.CompareTo(id) < 0);
        return await entries.OrderByDescending(e => e.Id).Take(limit).ToListAsync(cancellationToken);
    }

    public async Task<AuditEntry?> FindAsync(
        Guid id,
        CancellationToken cancellationToken,
        Func<IQueryable<AuditEntry>, IQueryable<Tenant>, IQueryable<AuditEntry>>? seen = null
    )
    {
        await using var db = database.ForPlatform();
        var entries = db.AuditEntries.AsNoTracking();
        if (seen is not null)
            entries = seen(entries, db.Tenants.IgnoreQueryFilters());
        return await entries.SingleOrDefaultAsync(e => e.Id == id, cancellationToken);
    }

    /// <summary>Takes the oldest entry that nobody is at; null when there is none.</summary>
    public async Task<AuditEntry?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = Now;
        await using var db = database.ForPlatform();
        var entry = await db
            .AuditEntries.AsNoTracking()
            .Where(e => e.DueAt <= now)
            .OrderBy(e => e.DueAt)
            .FirstOrDefaultAsync(cancellationToken);
        return entry is not null && await SaveAsync(entry, now + Lease, cancellationToken) ? entry : null;
    }

    /// <summary>Saves how far an entry is. False when somebody else has taken it over meanwhile.</summary>
    /// <param name="dueAt">Until when we are at it; null when it is done.</param>
    public async Task<bool> SaveAsync(AuditEntry entry, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        var (ours, finishedAt) = (entry.DueAt, dueAt is null ? Now : (DateTimeOffset?)null);
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        var saved = await db
            .AuditEntries.Where(e => e.Id == entry.Id && e.DueAt == ours)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(e => e.DueAt, dueAt)
                        .SetProperty(e => e.FinishedAt, finishedAt)
                        .SetProperty(e => e.Matched, entry.Matched)
                        .SetProperty(e => e.Changed, entry.Changed)
                        .SetProperty(e => e.BeingSent, entry.BeingSent)
                        .SetProperty(e => e.Position, entry.Position),
                cancellationToken
            );
        (entry.DueAt, entry.FinishedAt) = (dueAt, finishedAt);
        return saved > 0;
    }

    /// <summary>The word for an action.</summary>
    public static string Word(QueueAction action) => action.ToString().ToLowerInvariant();

    // As it stands in the JSON of targets: ids of messages, tenants and suspensions without the prefixes that the admin API shows.
    private static string Stored(string target) =>
        target.Split('_') is ["msg" or "tnt" or "sus", var id] && Guid.TryParseExact(id, "N", out var known)
            ? known.ToString("D")
            : JsonSerializer.Serialize(target, Json)[1..^1];

    private DateTimeOffset Now => time.GetUtcNow();

    private AuditEntry New(
        string action,
        string target,
        Guid? tenantId,
        string reason,
        Operator who,
        DateTimeOffset? dueAt,
        DateTimeOffset? finishedAt
    ) =>
        new()
        {
            Id = Ids.New(time),
            Action = action,
            Actor = who.Name,
            Via = who.Via,
            Reason = reason,
            Target = target,
            TenantId = tenantId,
            CreatedAt = Now,
            DueAt = dueAt,
            FinishedAt = finishedAt,
        };

    private async Task<AuditEntry> AddAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        db.AuditEntries.Add(entry);
        await db.SaveChangesAsync(cancellationToken);
        return entry;
    }
}
