using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.People;
using ScaiSend.Contracts;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Identity;

/// <summary>What a user may in a tenant: the permissions of his own roles, of his groups' and of those that these are nested in, and of those that his token names. Kept for a few seconds.</summary>
public sealed class EffectivePermissions(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed: a change of roles is seen by every process within this time.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(3);

    private readonly KeptAnswers<(Guid TenantId, string Subject, string Roles), EffectiveRoles> _kept = new(KeepFor, time);

    /// <param name="subject">Of the token: a user's id here or at ScaiKey, or somebody who is no user.</param>
    /// <param name="roles">Names of roles that the token gives; one that the tenant does not have gives nothing.</param>
    public async Task<IReadOnlySet<string>> FindAsync(
        Guid tenantId,
        string subject,
        IEnumerable<string> roles,
        CancellationToken cancellationToken
    ) => (await FindRolesAsync(tenantId, subject, roles, cancellationToken)).Permissions;

    /// <summary>The same, with the names of the roles that it comes from.</summary>
    public Task<EffectiveRoles> FindRolesAsync(
        Guid tenantId,
        string subject,
        IEnumerable<string> roles,
        CancellationToken cancellationToken
    ) => _kept.FindAsync((tenantId, subject, string.Join('\n', roles.Order(StringComparer.Ordinal))), LookUpAsync, cancellationToken);

    /// <summary>Ends this process's belief about everybody, because roles were changed.</summary>
    public void Forget() => _kept.ForgetAll();

    private async Task<EffectiveRoles> LookUpAsync((Guid TenantId, string Subject, string Roles) question)
    {
        await using var db = database.For(question.TenantId);
        var names = question.Roles.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        Ids.TryRead(Ids.User, question.Subject, out var userId);
        var user = await db
            .Users.Where(u => u.IsActive && (u.Id == userId || u.ExternalId == question.Subject))
            .Select(u => (Guid?)u.Id)
            .FirstOrDefaultAsync();
        var own = await db.GroupMembers.Where(member => member.UserId == user).Select(member => member.GroupId).ToListAsync();
        // Most people are in no group, and then there is nothing to walk through.
        var groups = own.Count == 0 ? own : (await GroupGraph.ReadAsync(db, CancellationToken.None)).WithOuter(own);
        var found = await db
            .Roles.Where(role =>
                names.Contains(role.Name)
                || db.UserRoles.Any(has => has.UserId == user && has.RoleId == role.Id)
                || db.GroupRoles.Any(has => groups.Contains(has.GroupId) && has.RoleId == role.Id)
            )
            .OrderBy(role => role.Name)
            .Select(role => new { role.Name, role.Permissions })
            .ToListAsync();
        return new EffectiveRoles(
            [.. found.Select(role => role.Name)],
            found.SelectMany(role => Scopes.Read(role.Permissions)).ToHashSet()
        );
    }
}

/// <summary>The roles that somebody has in a tenant, however he got them, and what they permit together.</summary>
public sealed record EffectiveRoles(IReadOnlyList<string> Names, IReadOnlySet<string> Permissions);
