using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Api.Admin;

/// <summary>The bodies of the admin API's answers; the command line's <c>--json</c> prints the same.</summary>
public static class AdminShape
{
    /// <summary>Prefix of an audit entry's public id.</summary>
    public const string AuditId = "aud_";

    /// <summary>Prefix of a suspension's public id.</summary>
    public const string SuspensionId = "sus_";

    public static IResult Show(QueuePart part) => Results.Json(Body(part));

    public static IResult Show(QueueGroups groups, IReadOnlyCollection<string> by) => Results.Json(Body(groups, by));

    public static IResult Show(string action, QueuePreview preview) => Results.Json(Body(action, preview));

    public static IResult Accepted(AuditEntry entry) => Results.Json(Body(entry), statusCode: StatusCodes.Status202Accepted);

    public static object Body(QueuePart part) => new { emails = part.Emails.Select(Body), next_cursor = part.Next?.ToString() };

    public static object Body(QueueGroups groups, IReadOnlyCollection<string> by) =>
        new
        {
            groups = groups.Groups.Select(g => Group(g, by)),
            total = groups.Total,
            is_complete = groups.IsComplete,
        };

    public static object Body(string action, QueuePreview preview) =>
        new
        {
            action,
            preview = true,
            count = preview.Count,
            being_sent = preview.BeingSent,
            is_complete = preview.IsComplete,
        };

    public static object Body(AuditEntry entry) =>
        new
        {
            id = Ids.Show(AuditId, entry.Id),
            action = entry.Action,
            actor = entry.Actor,
            via = entry.Via,
            reason = entry.Reason,
            target = Target(entry),
            tenant_id = entry.TenantId is { } tenantId ? Ids.Show(Ids.Tenant, tenantId) : null,
            before = Json(entry.Before),
            after = Json(entry.After),
            created_at = entry.CreatedAt,
            finished_at = entry.FinishedAt,
            state = entry.FinishedAt is null ? "running" : "done",
            count = entry.Matched,
            changed = entry.Changed,
            refused = entry.Matched - entry.Changed,
            being_sent = entry.BeingSent,
        };

    public static object Body(Suspension suspension, DateTimeOffset now) =>
        new
        {
            id = Ids.Show(SuspensionId, suspension.Id),
            provider = suspension.Provider,
            source_address = suspension.Source,
            cause = suspension.Cause,
            rule = suspension.Rule,
            active = suspension.IsActiveAt(now),
            started_at = suspension.StartedAt,
            ends_at = suspension.EndsAt,
            lifted_at = suspension.LiftedAt,
            lifted_by = suspension.LiftedBy,
        };

    private static object Body(QueueEmail email) =>
        new
        {
            id = Ids.Show(Ids.Email, email.EmailId),
            message_id = Ids.Show(Ids.Message, email.MessageId),
            tenant_id = Ids.Show(Ids.Tenant, email.TenantId),
            to_email = email.Recipient,
            state = email.State.ToString().ToLowerInvariant(),
            held = email.IsHeld,
            attempts = email.Attempts,
            provider = email.Provider,
            due_at = email.DueAt,
            deadline_at = email.DeadlineAt,
            created_at = email.CreatedAt,
            last_reply = email.LastReply,
        };

    private static Dictionary<string, object?> Group(QueueGroup group, IReadOnlyCollection<string> by)
    {
        var shown = new Dictionary<string, object?>();
        foreach (var key in by.Distinct())
            shown[key] = key switch
            {
                "tenant" => group.Tenant,
                "provider" => group.Provider,
                "state" => group.State,
                "domain" => group.Domain,
                "held" => group.Held,
                _ => throw new ArgumentOutOfRangeException(nameof(by), key, "No such key"),
            };
        shown["count"] = group.Count;
        return shown;
    }

    private static JsonElement? Json(string? stored) => stored is null ? null : JsonElement.Parse(stored);

    /// <summary>What an entry is about, as callers write it: ids with their prefixes.</summary>
    public static IReadOnlyDictionary<string, object?> Target(AuditEntry entry)
    {
        var target = JsonSerializer.Deserialize<Dictionary<string, object?>>(entry.Target)!;
        foreach (var (name, prefix) in new[] { ("tenant_id", Ids.Tenant), ("message_id", Ids.Message), ("suspension_id", SuspensionId) })
        {
            if (target.TryGetValue(name, out var id) && Guid.TryParse(id?.ToString(), out var known))
                target[name] = Ids.Show(prefix, known);
        }
        return target;
    }
}
