using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Tracking;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Tracking;

/// <summary>What a recipient sees of its subscriptions at a sender.</summary>
/// <param name="Sender">By name or address.</param>
/// <param name="Groups">Those that the mail offers, in its order; without any that are gone.</param>
/// <param name="Landing">The tenant's own HTML; null when it has none.</param>
internal sealed record Subscriptions(string Sender, bool IsOffEverything, IReadOnlyList<GroupChoice> Groups, string? Landing)
{
    public GroupChoice? Group(int? id) => Groups.FirstOrDefault(group => group.Id == id);

    /// <summary>With one group as it is after a change.</summary>
    public Subscriptions With(int groupId, bool isOff) =>
        this with
        {
            Groups = [.. Groups.Select(group => group.Id == groupId ? group with { IsOff = isOff } : group)],
        };
}

/// <summary>One kind of mail.</summary>
internal sealed record GroupChoice(int Id, string Name, string Description, bool IsOff);

/// <summary>Finds a recipient's subscriptions, also when its mail is long gone: then by what the token says.</summary>
public sealed class StoredSubscriptions(MailDatabase database)
{
    /// <summary>Null when there is no such tenant.</summary>
    internal async Task<Subscriptions?> FindAsync(UnsubscribeOffer offer, CancellationToken cancellationToken)
    {
        await using var db = database.For(offer.TenantId);
        var tenant = await db.Tenants.Where(t => t.Id == offer.TenantId).Select(t => t.Name).SingleOrDefaultAsync(cancellationToken);
        if (tenant is null)
            return null;
        var mail = await (
            from email in db.Emails
            join message in db.Messages on email.MessageId equals message.Id
            where email.Id == offer.EmailId
            select new
            {
                message.FromName,
                message.FromEmail,
                message.Settings,
            }
        ).SingleOrDefaultAsync(cancellationToken);
        var key = SuppressedAddress.KeyOf(offer.Recipient);
        var lists = await db
            .Suppressions.Where(s =>
                s.AddressKey == key && (s.List == SuppressionList.GlobalUnsubscribes || s.List == SuppressionList.Group)
            )
            .Select(s => new { s.List, s.GroupId })
            .ToListAsync(cancellationToken);
        var left = lists.Where(on => on.List == SuppressionList.Group).Select(on => on.GroupId).ToHashSet();
        var ids = GroupIds(mail?.Settings, offer.GroupId);
        var groups = await db.UnsubscribeGroups.Where(g => ids.Contains(g.Id)).ToListAsync(cancellationToken);
        return new Subscriptions(
            mail is null ? tenant
                : string.IsNullOrWhiteSpace(mail.FromName) ? mail.FromEmail
                : mail.FromName,
            lists.Any(on => on.List == SuppressionList.GlobalUnsubscribes),
            [.. groups.OrderBy(g => ids.IndexOf(g.Id)).Select(g => new GroupChoice(g.Id, g.Name, g.Description, left.Contains(g.Id)))],
            await LandingAsync(db, cancellationToken)
        );
    }

    private static async Task<string?> LandingAsync(MailDb db, CancellationToken cancellationToken)
    {
        var stored = await db.TenantSettings.Select(s => s.Tracking).SingleOrDefaultAsync(cancellationToken);
        var html = stored is null ? null : (string?)JsonNode.Parse(stored)![TrackingFields.SubscriptionLanding];
        return string.IsNullOrWhiteSpace(html) ? null : html;
    }

    // The mail's own group first, then those that the request wants to be shown.
    private static List<int> GroupIds(string? settings, int? own)
    {
        var ids = new List<int>();
        if (own is { } first)
            ids.Add(first);
        if (settings is null)
            return ids;
        using var json = JsonDocument.Parse(settings);
        if (
            json.RootElement.TryGetProperty("asm", out var asm)
            && asm.ValueKind == JsonValueKind.Object
            && asm.TryGetProperty("groups_to_display", out var shown)
            && shown.ValueKind == JsonValueKind.Array
        )
            ids.AddRange(shown.EnumerateArray().Select(id => id.TryGetInt32(out var known) ? known : 0).Where(id => id > 0));
        return [.. ids.Distinct()];
    }
}
