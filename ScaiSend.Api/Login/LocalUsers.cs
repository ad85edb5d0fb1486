using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Login;

/// <summary>Somebody to add.</summary>
/// <param name="Roles">Names of roles of <paramref name="TenantId"/>.</param>
public sealed record NewUser(
    string Email,
    string? FirstName,
    string? LastName,
    Guid? TenantId,
    IReadOnlyList<string> Roles,
    Rank Rank,
    Guid? PartnerId
);

/// <summary>The people of an installation without ScaiKey: those who log in with an address and a password.</summary>
// Across tenants on purpose: a person belongs to none.
public sealed class LocalUsers(MailDatabase database, Passwords passwords, LoginGrants grants, TimeProvider time)
{
    /// <summary>Most users in a list.</summary>
    public const int MaxListed = 1000;

    /// <summary>What somebody logs in with: the address in small letters.</summary>
    public static string LoginOf(string email) => email.Trim().ToLowerInvariant();

    /// <summary>Null when nobody has the address.</summary>
    public async Task<User?> FindAsync(string email, CancellationToken cancellationToken)
    {
        var login = LoginOf(email);
        await using var db = database.ForPlatform();
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Login == login, cancellationToken);
        // MySQL takes "adá" for "ada"; wrong passwords are counted by what was typed, so every spelling would have a count of its own.
        return user?.Login == login ? user : null;
    }

    /// <summary>Checks a password; null when it is wrong, or nobody has the address. Both take the same time.</summary>
    public async Task<User?> LogInAsync(string email, string password, CancellationToken cancellationToken)
    {
        var user = await FindAsync(email, cancellationToken);
        var verdict = await passwords.CheckAsync(user, password, cancellationToken);
        if (verdict == PasswordVerdict.RightOfOld)
            await SetHashAsync(user!.Id, passwords.Hash(password), cancellationToken);
        return verdict == PasswordVerdict.Wrong ? null : user;
    }

    /// <summary>In the order of their addresses.</summary>
    /// <param name="tenantId">Only those who are at home or have a role in this tenant.</param>
    public async Task<IReadOnlyList<User>> ListAsync(Guid? tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var users = db.Users.AsNoTracking();
        if (tenantId is { } id)
            users = users.Where(u =>
                u.HomeTenantId == id || db.UserRoles.IgnoreQueryFilters().Any(has => has.TenantId == id && has.UserId == u.Id)
            );
        return await users.OrderBy(u => u.Email).ThenBy(u => u.Id).Take(MaxListed).ToListAsync(cancellationToken);
    }

    /// <summary>Adds somebody; null when his address is taken.</summary>
    public async Task<User?> AddAsync(NewUser asked, string password, CancellationToken cancellationToken)
    {
        var user = new User
        {
            Id = Ids.New(time),
            Email = asked.Email.Trim(),
            Login = LoginOf(asked.Email),
            FirstName = asked.FirstName,
            LastName = asked.LastName,
            HomeTenantId = asked.TenantId,
            PartnerId = asked.PartnerId,
            Rank = asked.Rank,
            PasswordHash = passwords.Hash(password),
            CreatedAt = time.GetStoredNow(),
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        if (await db.Users.AnyAsync(u => u.Login == user.Login, cancellationToken))
            return null;
        db.Users.Add(user);
        if (asked.TenantId is { } tenantId)
            foreach (var roleId in await RoleIdsAsync(db, tenantId, asked.Roles, cancellationToken))
                db.UserRoles.Add(
                    new UserRole
                    {
                        TenantId = tenantId,
                        UserId = user.Id,
                        RoleId = roleId,
                    }
                );
        await db.SaveChangesAsync(cancellationToken);
        return user;
    }

    /// <summary>Lets somebody in or keeps him out, as staff; false when it was so already. One who is kept out is so within a second, and his logins have ended.</summary>
    public async Task<bool> ActivateAsync(Guid userId, bool isActive, CancellationToken cancellationToken)
    {
        int changed;
        using (await database.Dialect.TakeTurnAsync(cancellationToken))
        {
            await using var db = database.ForPlatform();
            changed = await db
                .Users.Where(u => u.Id == userId && (u.IsActive != isActive || u.IsLockedByStaff == isActive))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(u => u.IsActive, isActive).SetProperty(u => u.IsLockedByStaff, !isActive),
                    cancellationToken
                );
        }
        if (!isActive)
            await grants.EndAllAsync(userId, cancellationToken);
        return changed == 1;
    }

    /// <summary>Gives somebody another password; his logins end.</summary>
    public async Task SetPasswordAsync(Guid userId, string password, CancellationToken cancellationToken)
    {
        await SetHashAsync(userId, passwords.Hash(password), cancellationToken);
        await grants.EndAllAsync(userId, cancellationToken);
    }

    /// <summary>The partner of an id here or at ScaiKey, or of a short name; null when there is none.</summary>
    public async Task<Guid?> PartnerAsync(string name, CancellationToken cancellationToken)
    {
        Ids.TryRead(Ids.Partner, name, out var id);
        await using var db = database.ForPlatform();
        return await db
            .Partners.Where(p => p.DeletedAt == null && (p.Id == id || p.ExternalId == name || p.Slug == name))
            .Select(p => (Guid?)p.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }

    private async Task SetHashAsync(Guid userId, string hash, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash), cancellationToken);
    }

    private static Task<List<Guid>> RoleIdsAsync(
        MailDb db,
        Guid tenantId,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    ) =>
        db
            .Roles.IgnoreQueryFilters()
            .Where(role => role.TenantId == tenantId && names.Contains(role.Name))
            .Select(role => role.Id)
            .ToListAsync(cancellationToken);
}
