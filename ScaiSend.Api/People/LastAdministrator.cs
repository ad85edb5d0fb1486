using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.People;

/// <summary>Keeps a tenant from locking itself out: it keeps a role with <c>admin.users</c>, and somebody active who has it.</summary>
/// <param name="IsRole">Whether there is such a role.</param>
/// <param name="IsSomebody">Whether somebody active has one, or is a tenant's administrator by rank.</param>
internal sealed record LastAdministrator(bool IsRole, bool IsSomebody)
{
    /// <summary>Why the change must not be; null when it may. Where there was none before, there need be none after.</summary>
    public static Refused? Refusal(LastAdministrator before, LastAdministrator after) =>
        before.IsRole && !after.IsRole
            ? Refused.Conflict("This is the tenant's last role with admin.users; give another role that permission first")
        : before.IsSomebody && !after.IsSomebody
            ? Refused.Conflict(
                "Nobody would be left in the tenant who may administer its users; give somebody else a role with admin.users first"
            )
        : null;

    public static async Task<LastAdministrator> ReadAsync(MailDb db, CancellationToken cancellationToken)
    {
        var roles = (await db.Roles.AsNoTracking().Select(r => new { r.Id, r.Permissions }).ToListAsync(cancellationToken))
            .Where(r => Scopes.Read(r.Permissions).Contains(Scopes.AdminUsers))
            .Select(r => r.Id)
            .ToList();
        var mapped = await db.GroupRoles.Where(has => roles.Contains(has.RoleId)).Select(has => has.GroupId).ToListAsync(cancellationToken);
        var groups = (await GroupGraph.ReadAsync(db, cancellationToken)).WithInner(mapped);
        var tenantId = db.TenantId;
        var isSomebody = await db.Users.AnyAsync(
            user =>
                user.IsActive
                && (
                    (user.Rank == Rank.TenantAdmin && user.HomeTenantId == tenantId)
                    || db.UserRoles.Any(has => has.UserId == user.Id && roles.Contains(has.RoleId))
                    || db.GroupMembers.Any(member => member.UserId == user.Id && groups.Contains(member.GroupId))
                ),
            cancellationToken
        );
        return new LastAdministrator(roles.Count > 0, isSomebody);
    }
}
