using ScaiSend.Api.Identity;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.ScaiKey;

/// <summary>
/// The row of something that news name. What nobody has told of yet gets one that can do nothing until its own news come: a suspended tenant, a user who is
/// not active, a group, which has no roles.
/// </summary>
internal sealed class Placeholders(MailDb db, KnownThings known, TimeProvider time)
{
    public Partner Partner(string id)
    {
        if (known.Partners.TryGetValue(id, out var partner))
            return partner;
        var isDeleted = known.FindOrAdd(ResourceTypes.Whole(ScaiKeyKind.Partner), id).IsDeleted;
        partner = new Partner
        {
            Id = Ids.New(time),
            ExternalId = id,
            Name = id,
            Slug = Slug(id),
            CreatedAt = time.GetStoredNow(),
            DeletedAt = isDeleted ? time.GetStoredNow() : null,
        };
        db.Partners.Add(partner);
        return known.Partners[id] = partner;
    }

    public async Task<Tenant> TenantAsync(string id, CancellationToken cancellationToken)
    {
        if (known.Tenants.TryGetValue(id, out var tenant))
            return tenant;
        var isDeleted = known.FindOrAdd(ResourceTypes.Whole(ScaiKeyKind.Tenant), id).IsDeleted;
        var now = time.GetStoredNow();
        tenant = new Tenant
        {
            Id = Ids.New(time),
            ExternalId = id,
            Name = id,
            Slug = Slug(id),
            CreatedAt = now,
            SuspendedAt = now,
            SuspendedBy = Suspender.ScaiKey,
            DeletedAt = isDeleted ? now : null,
        };
        db.Tenants.Add(tenant);
        await DefaultRoles.AddMissingAsync(db, tenant.Id, time, cancellationToken);
        var status = known.FindOrAdd(ResourceTypes.Status(ScaiKeyKind.Tenant), id);
        (status.IsDeleted, status.SeenAt) = (true, now);
        return known.Tenants[id] = tenant;
    }

    public User User(string id)
    {
        if (known.Users.TryGetValue(id, out var user))
            return user;
        known.FindOrAdd(ResourceTypes.Whole(ScaiKeyKind.User), id);
        user = new User
        {
            Id = Ids.New(time),
            ExternalId = id,
            Email = "",
            IsActive = false,
            CreatedAt = time.GetStoredNow(),
        };
        db.Users.Add(user);
        known.FindOrAdd(ResourceTypes.Status(ScaiKeyKind.User), id).IsDeleted = true;
        return known.Users[id] = user;
    }

    public UserGroup Group(string id, Guid tenantId)
    {
        if (known.Groups.TryGetValue(id, out var group))
            return group;
        known.FindOrAdd(ResourceTypes.Whole(ScaiKeyKind.Group), id);
        group = new UserGroup
        {
            Id = Ids.New(time),
            TenantId = tenantId,
            ExternalId = id,
            Name = id,
            CreatedAt = time.GetStoredNow(),
        };
        db.Groups.Add(group);
        return known.Groups[id] = group;
    }

    // Unique, because ids are, and replaced when the name is known.
    private static string Slug(string id) => $"unknown-{KnownThings.Half(id)}";
}
