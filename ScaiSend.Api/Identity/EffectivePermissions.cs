using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Identity;

/// <summary>What a user may in a tenant: the permissions of all of his roles together, and of those that his token names. Kept for a few seconds.</summary>
public sealed class EffectivePermissions(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed: a change of roles is seen by every process within this time.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(3);

    private readonly KeptAnswers<(Guid TenantId, string Subject, string Roles), IReadOnlySet<string>> _kept = new(KeepFor, time);

    /// <param name="subject">Of the token: a user's id here or at ScaiKey, or somebody who is no user.</param>
    /// <param name="roles">Names of roles that the token gives; one that the tenant does not have gives nothing.</param>
    public Task<IReadOnlySet<string>> FindAsync(
        Guid tenantId,
        string subject,
        IEnumerable<string> roles,
        CancellationToken cancellationToken
    ) => _kept.FindAsync((tenantId, subject, string.Join('\n', roles.Order(StringComparer.Ordinal))), LookUpAsync, cancellationToken);

    private async Task<IReadOnlySet<string>> LookUpAsync((Guid TenantId, string Subject, string Roles) question)
    {
        await using var db = database.For(question.TenantId);
        var names = question.Roles.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        Ids.TryRead(Ids.User, question.Subject, out var userId);
        var user = await db
            .Users.Where(u => u.IsActive && (u.Id == userId || u.ExternalId == question.Subject))
            .Select(u => (Guid?)u.Id)
            .FirstOrDefaultAsync();
        var permissions = await db
            .Roles.Where(role =>
                names.Contains(role.Name) || db.UserRoles.Any(has => has.UserId == user && has.RoleId == role.Id)
            )
            .Select(role => role.Permissions)
            .ToListAsync();
        return permissions.SelectMany(Scopes.Read).ToHashSet();
    }
}
