using ScaiSend.Api.Identity;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.ScaiKey;

/// <summary>
/// Works news into the rows that they are about, in memory; the caller saves. In whatever order news come, of each part the newest is what remains, and what
/// was deleted is brought back by newer news only.
/// </summary>
internal sealed class MirrorChange(MailDb db, KnownThings known, TimeProvider time)
{
    private readonly Placeholders _rows = new(db, known, time);
    private readonly GroupChange _groups = new(db, known, new Placeholders(db, known, time));

    /// <summary>What was done to tenants, for the audit log.</summary>
    public List<(Tenant Tenant, string Action)> ToAudit { get; } = [];

    /// <summary>Users and groups of which everything that hangs on them has to go.</summary>
    public List<Guid> UsersToClear { get; } = [];
    public List<UserGroup> GroupsToClear { get; } = [];

    /// <summary>What came of the news; with a reason when they were refused.</summary>
    public async Task<(MirrorOutcome Outcome, string? Reason)> ApplyAsync(ScaiKeyNews news, CancellationToken cancellationToken)
    {
        var whole = known.Find(ResourceTypes.Whole(news.Kind), news.Id);
        if (whole is not null && whole.ExternalId != news.Id)
            return (MirrorOutcome.Refused, $"{news.Id} differs from {whole.ExternalId}, which is known, in the case of its letters only");
        if (news.Member is { } member)
            return await _groups.MoveAsync(news, member, cancellationToken);
        if (news.IsDeleted)
            return (Delete(news), null);
        if (whole is { IsDeleted: true } && news.At <= whole.StateAt)
            return (MirrorOutcome.Older, null);
        if (news.Kind == ScaiKeyKind.Group && _groups.Trouble(news) is { } reason)
            return (MirrorOutcome.Refused, reason);
        return (await TakeAsync(news, cancellationToken), null);
    }

    private async Task<MirrorOutcome> TakeAsync(ScaiKeyNews news, CancellationToken cancellationToken)
    {
        var whole = known.FindOrAdd(ResourceTypes.Whole(news.Kind), news.Id);
        var (isNew, isRevived, isOlder) = (whole.StateAt == DateTimeOffset.UnixEpoch, whole.IsDeleted, news.At < whole.StateAt);
        whole.IsDeleted = false;
        if (!isOlder)
            whole.StateAt = news.At;
        // What is back is as active as ScaiKey says, and when it does not say, simply active.
        if (isRevived && news.IsSuspended is null)
            news = news with { IsSuspended = false };
        var takesProfile = news.Fields.Count > 0 && IsNotOlder(news, ResourceTypes.Profile(news.Kind));
        var takesStatus = news.IsSuspended is not null && IsNotOlder(news, ResourceTypes.Status(news.Kind));
        var changed = news.Kind switch
        {
            ScaiKeyKind.Partner => await TakePartnerAsync(news, takesProfile, cancellationToken),
            ScaiKeyKind.Tenant => await TakeTenantAsync(news, takesProfile, takesStatus, cancellationToken),
            ScaiKeyKind.User => await TakeUserAsync(news, takesProfile, takesStatus, cancellationToken),
            ScaiKeyKind.Group => await _groups.TakeAsync(news, takesProfile, cancellationToken),
            _ => throw new ArgumentException("No such kind", nameof(news)),
        };
        if (takesProfile)
            known.FindOrAdd(ResourceTypes.Profile(news.Kind), news.Id).StateAt = news.At;
        return isNew ? MirrorOutcome.Added
            : changed || isRevived ? MirrorOutcome.Changed
            : isOlder ? MirrorOutcome.Older
            : MirrorOutcome.Same;
    }

    private bool IsNotOlder(ScaiKeyNews news, string type) => news.At >= known.TimeOf(type, news.Id);

    private async Task<bool> TakePartnerAsync(ScaiKeyNews news, bool takesProfile, CancellationToken cancellationToken)
    {
        var partner = _rows.Partner(news.Id);
        var changed = partner.DeletedAt is not null;
        partner.DeletedAt = null;
        if (!takesProfile)
            return changed;
        if (news.Text("name") is { } name && name != partner.Name)
            (partner.Name, changed) = (name, true);
        // The short name that it began with stays, because people and scripts use it.
        if (known.Find(ResourceTypes.Profile(ScaiKeyKind.Partner), news.Id) is null)
            partner.Slug = await ShortNames.FreeAsync(
                ShortNames.From(news.Text("slug"), partner.Name),
                async slug =>
                    known.Partners.Values.Any(p => p != partner && p.Slug == slug)
                    || (slug != partner.Slug && await ShortNames.IsPartnersAsync(db, slug, cancellationToken))
            );
        return changed;
    }

    private async Task<bool> TakeTenantAsync(ScaiKeyNews news, bool takesProfile, bool takesStatus, CancellationToken cancellationToken)
    {
        var tenant = await _rows.TenantAsync(news.Id, cancellationToken);
        var changed = tenant.DeletedAt is not null;
        tenant.DeletedAt = null;
        if (takesProfile)
            changed |= await TakeFieldsAsync(tenant, news, cancellationToken);
        var status = known.FindOrAdd(ResourceTypes.Status(ScaiKeyKind.Tenant), news.Id);
        var isPlaceholder = status.StateAt == DateTimeOffset.UnixEpoch && status.IsDeleted;
        if (takesStatus && SetSuspended(tenant, status, news.IsSuspended!.Value, news.At))
        {
            changed = true;
            if (!isPlaceholder)
                ToAudit.Add((tenant, tenant.SuspendedAt is null ? "tenant_resume" : "tenant_suspend"));
        }
        // Its own news have come.
        else if (!takesStatus && isPlaceholder)
            changed |= SetSuspended(tenant, status, isSuspended: false, DateTimeOffset.UnixEpoch);
        return changed;
    }

    private async Task<bool> TakeFieldsAsync(Tenant tenant, ScaiKeyNews news, CancellationToken cancellationToken)
    {
        var changed = false;
        if (news.Text("name") is { } name && name != tenant.Name)
            (tenant.Name, changed) = (name, true);
        if (news.Fields.TryGetValue("partner_id", out var partnerId))
        {
            var partner = partnerId is null ? (Guid?)null : _rows.Partner(partnerId).Id;
            if (partner != tenant.PartnerId)
                (tenant.PartnerId, changed) = (partner, true);
        }
        if (known.Find(ResourceTypes.Profile(ScaiKeyKind.Tenant), news.Id) is null)
            db.Entry(tenant).Property(t => t.Slug).CurrentValue = await ShortNames.FreeAsync(
                ShortNames.From(news.Text("slug"), tenant.Name),
                async slug =>
                    known.Tenants.Values.Any(t => t != tenant && t.Slug == slug)
                    || (slug != tenant.Slug && await ShortNames.IsTenantsAsync(db, slug, cancellationToken))
            );
        return changed;
    }

    // ScaiKey lifts only the suspension that it made itself: one by staff or a partner stays. What was lifted here it may make again by newer news.
    private bool SetSuspended(Tenant tenant, ScaiKeyResource status, bool isSuspended, DateTimeOffset at)
    {
        var before = tenant.SuspendedAt;
        if (isSuspended && (!status.IsDeleted || before is null))
        {
            status.SeenAt = before is null ? time.GetStoredNow() : null;
            (tenant.SuspendedAt, tenant.SuspendedBy) = before is null ? (status.SeenAt, Suspender.ScaiKey) : (before, tenant.SuspendedBy);
        }
        else if (!isSuspended && status.IsDeleted)
        {
            if (status.SeenAt is not null && status.SeenAt == before && tenant.SuspendedBy is null or Suspender.ScaiKey)
                (tenant.SuspendedAt, tenant.SuspendedBy) = (null, null);
            status.SeenAt = null;
        }
        (status.IsDeleted, status.StateAt) = (isSuspended, at);
        return before != tenant.SuspendedAt;
    }

    private async Task<bool> TakeUserAsync(ScaiKeyNews news, bool takesProfile, bool takesStatus, CancellationToken cancellationToken)
    {
        var user = _rows.User(news.Id);
        var changed = false;
        if (takesProfile)
        {
            changed = news.Text("email") is { } email && email != user.Email;
            user.Email = news.Text("email") ?? user.Email;
            (user.FirstName, changed) = Newer(news, "first_name", user.FirstName, changed);
            (user.LastName, changed) = Newer(news, "last_name", user.LastName, changed);
            (user.DisplayName, changed) = Newer(news, "display_name", user.DisplayName, changed);
            if (news.Fields.TryGetValue("tenant_id", out var tenant))
                (user.HomeTenantId, changed) = Newer(
                    tenant is null ? null : (await _rows.TenantAsync(tenant, cancellationToken)).Id,
                    user.HomeTenantId,
                    changed
                );
            if (news.Fields.TryGetValue("partner_id", out var partner))
                (user.PartnerId, changed) = Newer(partner is null ? null : _rows.Partner(partner).Id, user.PartnerId, changed);
        }
        var status = known.FindOrAdd(ResourceTypes.Status(ScaiKeyKind.User), news.Id);
        if (takesStatus)
            changed |= SetSuspended(user, status, news.IsSuspended!.Value, news.At);
        else if (status.StateAt == DateTimeOffset.UnixEpoch && status.IsDeleted)
            changed |= SetSuspended(user, status, isSuspended: false, DateTimeOffset.UnixEpoch);
        return changed;
    }

    // Only when ScaiKey changes its mind: who was locked out here stays so.
    private static bool SetSuspended(User user, ScaiKeyResource status, bool isSuspended, DateTimeOffset at)
    {
        var changed = status.IsDeleted != isSuspended && user.IsActive == isSuspended;
        if (changed)
            user.IsActive = !isSuspended;
        (status.IsDeleted, status.StateAt) = (isSuspended, at);
        return changed;
    }

    private static (string? Value, bool Changed) Newer(ScaiKeyNews news, string field, string? old, bool changed) =>
        news.Fields.TryGetValue(field, out var value) ? (value, changed || value != old) : (old, changed);

    private static (Guid? Value, bool Changed) Newer(Guid? value, Guid? old, bool changed) => (value, changed || value != old);

    private MirrorOutcome Delete(ScaiKeyNews news)
    {
        var whole = known.FindOrAdd(ResourceTypes.Whole(news.Kind), news.Id);
        if (news.At < whole.StateAt)
            return MirrorOutcome.Older;
        whole.StateAt = news.At;
        if (whole.IsDeleted)
            return MirrorOutcome.Same;
        whole.IsDeleted = true;
        switch (news.Kind)
        {
            case ScaiKeyKind.Partner when known.Partners.TryGetValue(news.Id, out var partner):
                partner.DeletedAt = time.GetStoredNow();
                break;
            case ScaiKeyKind.Tenant when known.Tenants.TryGetValue(news.Id, out var tenant):
                tenant.DeletedAt = time.GetStoredNow();
                SetSuspended(tenant, known.FindOrAdd(ResourceTypes.Status(news.Kind), news.Id), isSuspended: true, news.At);
                ToAudit.Add((tenant, "tenant_delete"));
                break;
            case ScaiKeyKind.User when known.Users.TryGetValue(news.Id, out var user):
                Scrub(user);
                var status = known.FindOrAdd(ResourceTypes.Status(news.Kind), news.Id);
                (status.IsDeleted, status.StateAt) = (true, news.At);
                UsersToClear.Add(user.Id);
                break;
            case ScaiKeyKind.Group when known.Groups.Remove(news.Id, out var group):
                db.Groups.Remove(group);
                GroupsToClear.Add(group);
                break;
        }
        return MirrorOutcome.Deleted;
    }

    // An erased person: what remains is that there was one.
    private static void Scrub(User user)
    {
        user.IsActive = false;
        user.Email = "";
        (user.Login, user.PasswordHash, user.FirstName, user.LastName, user.DisplayName) = (null, null, null, null, null);
        (user.HomeTenantId, user.PartnerId, user.Rank) = (null, null, Rank.None);
    }
}
