using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Login;

/// <summary>What is told about people: who they are, where, and what they may.</summary>
public sealed class Profiles(MailDatabase database)
{
    /// <summary>What a login answers about its user.</summary>
    public static object Brief(User user, Guid? tenantId) =>
        new
        {
            id = Ids.Show(Ids.User, user.Id),
            email = user.Email,
            first_name = user.FirstName,
            last_name = user.LastName,
            display_name = NameOf(user),
            tenant_id = tenantId is { } id ? Ids.Show(Ids.Tenant, id) : null,
        };

    /// <summary>What <c>me</c> answers. A token of the command line has no user: then its subject stands for the id.</summary>
    public async Task<object> OfAsync(Caller caller, CancellationToken cancellationToken)
    {
        await using var db = database.For(caller.TenantId);
        Ids.TryRead(Ids.User, caller.Subject, out var id);
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id || u.ExternalId == caller.Subject, cancellationToken);
        var tenant = await db.Tenants.AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return new
        {
            id = user is null ? caller.Subject : Ids.Show(Ids.User, user.Id),
            email = user?.Email,
            first_name = user?.FirstName,
            last_name = user?.LastName,
            display_name = user is null ? null : NameOf(user),
            tenant_id = tenant is null ? null : Ids.Show(Ids.Tenant, tenant.Id),
            tenant = tenant is null
                ? null
                : new
                {
                    id = Ids.Show(Ids.Tenant, tenant.Id),
                    scaikey_id = tenant.ExternalId,
                    name = tenant.Name,
                    slug = tenant.Slug,
                },
            partner_id = caller.PartnerId is { } partner ? Ids.Show(Ids.Partner, partner) : null,
            role = BuiltInTokens.RankName(caller.Rank),
            roles = caller.RoleNames,
            permissions = Scopes.All.Where(caller.Scopes.Contains),
        };
    }

    /// <summary>What a user is called.</summary>
    public static string NameOf(User user) =>
        user.DisplayName
        ?? (
            string.Join(' ', new[] { user.FirstName, user.LastName }.Where(n => !string.IsNullOrEmpty(n))) is { Length: > 0 } name
                ? name
                : user.Email
        );
}
