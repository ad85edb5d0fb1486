using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.ScaiKey;

/// <summary>The rows that some news are about, read together. Of no tenant: ScaiKey's news are about all of them.</summary>
internal sealed class KnownThings(MailDb db)
{
    private const int Chunk = 1000;

    // ScaiKey's ids are compared as a database does that does not tell cases apart.
    private static readonly StringComparer Ids = StringComparer.OrdinalIgnoreCase;

    private readonly Dictionary<string, ScaiKeyResource> _resources = new(Ids);
    private readonly Dictionary<(Guid Group, bool IsGroup), Dictionary<Guid, string?>> _members = [];

    public Dictionary<string, Partner> Partners { get; } = new(Ids);
    public Dictionary<string, Tenant> Tenants { get; } = new(Ids);
    public Dictionary<string, User> Users { get; } = new(Ids);
    public Dictionary<string, UserGroup> Groups { get; } = new(Ids);

    /// <summary>The users in a group, or the groups in it, with their ids at ScaiKey.</summary>
    public Dictionary<Guid, string?> In(Guid group, bool isGroup) =>
        _members.TryGetValue((group, isGroup), out var members) ? members : _members[(group, isGroup)] = [];

    public static async Task<KnownThings> ReadAsync(MailDb db, IReadOnlyList<ScaiKeyNews> news, CancellationToken cancellationToken)
    {
        var known = new KnownThings(db);
        await known.ReadAsync(news, cancellationToken);
        return known;
    }

    /// <summary>How new what we know of something is; null when nothing is known.</summary>
    /// <param name="type">One of <see cref="ResourceTypes"/>.</param>
    public ScaiKeyResource? Find(string type, string id) => _resources.GetValueOrDefault(Key(type, id));

    /// <summary>The same; a new row, older than everything, when nothing is known.</summary>
    public ScaiKeyResource FindOrAdd(string type, string id)
    {
        if (Find(type, id) is { } known)
            return known;
        var added = new ScaiKeyResource
        {
            Type = type,
            ExternalId = id,
            StateAt = DateTimeOffset.UnixEpoch,
        };
        db.ScaiKeyResources.Add(added);
        return _resources[Key(type, id)] = added;
    }

    /// <summary>The moment of <see cref="Find"/>; before everything when nothing is known.</summary>
    public DateTimeOffset TimeOf(string type, string id) => Find(type, id)?.StateAt ?? DateTimeOffset.UnixEpoch;

    /// <summary>The id under which it is kept when a member came to a group or went.</summary>
    public static string MemberId(string group, string member) => Half(group) + Half(member);

    /// <summary>What all <see cref="MemberId"/> of a group begin with.</summary>
    public static string Half(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    private async Task ReadAsync(IReadOnlyList<ScaiKeyNews> news, CancellationToken stop)
    {
        var partners = Named(news, ScaiKeyKind.Partner, n => [n.Text("partner_id")]);
        var tenants = Named(news, ScaiKeyKind.Tenant, n => [n.Text("tenant_id")]);
        var users = Named(news, ScaiKeyKind.User, n => [.. n.Members ?? [], n.Member is { IsGroup: false } it ? it.Id : null]);
        var groups = Named(news, ScaiKeyKind.Group, n => [.. n.Groups ?? [], n.Member is { IsGroup: true } it ? it.Id : null]);
        foreach (var some in partners.Chunk(Chunk))
        foreach (var row in await db.Partners.Where(p => some.Contains(p.ExternalId)).ToListAsync(stop))
            Partners[row.ExternalId!] = row;
        foreach (var some in tenants.Chunk(Chunk))
        foreach (var row in await db.Tenants.IgnoreQueryFilters().Where(t => some.Contains(t.ExternalId)).ToListAsync(stop))
            Tenants[row.ExternalId!] = row;
        foreach (var some in users.Chunk(Chunk))
        foreach (var row in await db.Users.Where(u => some.Contains(u.ExternalId)).ToListAsync(stop))
            Users[row.ExternalId!] = row;
        foreach (var some in groups.Chunk(Chunk))
        foreach (var row in await db.Groups.IgnoreQueryFilters().Where(g => some.Contains(g.ExternalId)).ToListAsync(stop))
            Groups[row.ExternalId!] = row;
        await ReadTimesAsync(ScaiKeyKind.Partner, partners, stop);
        await ReadTimesAsync(ScaiKeyKind.Tenant, tenants, stop);
        await ReadTimesAsync(ScaiKeyKind.User, users, stop);
        await ReadTimesAsync(ScaiKeyKind.Group, groups, stop);
        await ReadMembershipsAsync(news, stop);
    }

    private static HashSet<string> Named(
        IReadOnlyList<ScaiKeyNews> news,
        ScaiKeyKind kind,
        Func<ScaiKeyNews, IEnumerable<string?>> alsoNamed
    ) => news.SelectMany(n => n.Kind == kind ? [n.Id, .. alsoNamed(n)] : alsoNamed(n)).OfType<string>().ToHashSet(Ids);

    private async Task ReadTimesAsync(ScaiKeyKind kind, HashSet<string> ids, CancellationToken stop)
    {
        var types = ResourceTypes.Of(kind);
        foreach (var some in ids.Chunk(Chunk))
            Take(await db.ScaiKeyResources.Where(r => types.Contains(r.Type) && some.Contains(r.ExternalId)).ToListAsync(stop));
    }

    private async Task ReadMembershipsAsync(IReadOnlyList<ScaiKeyNews> news, CancellationToken stop)
    {
        foreach (var group in news.Where(n => n.Kind == ScaiKeyKind.Group && (n.Members ?? n.Groups) is not null))
        {
            var half = Half(group.Id);
            Take(await db.ScaiKeyResources.Where(r => r.Type == ResourceTypes.Member && r.ExternalId.StartsWith(half)).ToListAsync(stop));
        }
        var pairs = news.Where(n => n.Member is not null).Select(n => MemberId(n.Id, n.Member!.Id)).ToList();
        foreach (var some in pairs.Chunk(Chunk))
            Take(await db.ScaiKeyResources.Where(r => r.Type == ResourceTypes.Member && some.Contains(r.ExternalId)).ToListAsync(stop));
        foreach (var row in news.Where(n => n.Kind == ScaiKeyKind.Group).Select(n => Groups.GetValueOrDefault(n.Id)).OfType<UserGroup>())
        {
            var (tenant, group) = (row.TenantId, row.Id);
            var users = db
                .GroupMembers.IgnoreQueryFilters()
                .Where(m => m.TenantId == tenant && m.GroupId == group)
                .Join(db.Users, m => m.UserId, u => u.Id, (_, u) => new { u.Id, u.ExternalId });
            foreach (var user in await users.ToListAsync(stop))
                In(group, isGroup: false)[user.Id] = user.ExternalId;
            var children = db
                .NestedGroups.IgnoreQueryFilters()
                .Where(n => n.TenantId == tenant && n.ParentId == group)
                .Join(db.Groups.IgnoreQueryFilters(), n => n.ChildId, g => g.Id, (_, g) => new { g.Id, g.ExternalId });
            foreach (var child in await children.ToListAsync(stop))
                In(group, isGroup: true)[child.Id] = child.ExternalId;
        }
    }

    private void Take(IEnumerable<ScaiKeyResource> rows)
    {
        foreach (var row in rows)
            _resources[Key(row.Type, row.ExternalId)] = row;
    }

    private static string Key(string type, string id) => $"{type}\n{id}";
}

/// <summary>
/// What there is a row of in <c>scaikey_resources</c>. News may say a part only (that somebody is suspended, say), so each part has a moment of its own:
/// otherwise a newer word about one part would keep out an older one about another.
/// </summary>
internal static class ResourceTypes
{
    /// <summary>A membership of its own: that a user or a group came to a group (its <c>is_deleted</c> is false) or went.</summary>
    public const string Member = "member";

    /// <summary>The row that whoever changes the mirror holds.</summary>
    public const string Lock = "lock";

    /// <summary>All that there is of a kind.</summary>
    public static string[] Of(ScaiKeyKind kind) =>
        [Whole(kind), Profile(kind), Status(kind), Members(isGroup: false), Members(isGroup: true)];

    /// <summary>That it is there, or deleted; the moment is that of the newest news.</summary>
    public static string Whole(ScaiKeyKind kind) =>
        kind switch
        {
            ScaiKeyKind.Partner => "partner",
            ScaiKeyKind.Tenant => "tenant",
            ScaiKeyKind.User => "user",
            ScaiKeyKind.Group => "group",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    /// <summary>Its fields.</summary>
    public static string Profile(ScaiKeyKind kind) => $"{Whole(kind)}.profile";

    /// <summary>Whether ScaiKey has suspended it (<c>is_deleted</c>); <c>seen_at</c> is the suspension that this made.</summary>
    public static string Status(ScaiKeyKind kind) => $"{Whole(kind)}.status";

    /// <summary>A group's list of users, or of groups in it, as a whole.</summary>
    public static string Members(bool isGroup) => isGroup ? "group.groups" : "group.members";
}
