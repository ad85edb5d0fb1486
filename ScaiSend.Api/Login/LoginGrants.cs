using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Login;

/// <summary>
/// The codes and refresh tokens of the built-in login. Each is good once, and only its hash is kept. One that comes a second time was stolen, from us
/// or from the thief, so everything that came from the same login ends.
/// </summary>
public sealed class LoginGrants(MailDatabase database, TimeProvider time)
{
    /// <summary>How long a code is good: as long as a browser needs from one page to the next.</summary>
    public static readonly TimeSpan CodeLasts = TimeSpan.FromMinutes(1);

    /// <summary>How long a refresh token that is not used is good.</summary>
    public static readonly TimeSpan RefreshLasts = TimeSpan.FromDays(30);

    /// <summary>Begins a refresh token.</summary>
    public const string RefreshPrefix = "rtk_";

    private const string Code = "code";
    private const string Refresh = "refresh";
    private const int SecretBytes = 32;
    private const int IdBytes = 16;

    /// <summary>A code for the client that has begun the login.</summary>
    public async Task<string> NewCodeAsync(Guid userId, string challenge, CancellationToken cancellationToken)
    {
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        await AddAsync(New(code, Code, userId, Ids.New(time), CodeLasts, challenge), cancellationToken);
        return code;
    }

    /// <summary>Uses a code. Null when there is none that is good and belongs to the challenge.</summary>
    public async Task<LoginGrant?> UseCodeAsync(string code, string challenge, CancellationToken cancellationToken)
    {
        if (await FindAsync(code, Code, cancellationToken) is not { } grant || grant.Challenge != challenge)
            return null;
        return await UseAsync(grant, cancellationToken) ? grant : null;
    }

    /// <summary>A refresh token of a family.</summary>
    /// <param name="tenantId">The tenant that its access tokens are for; the token itself carries it, and its hash proves it.</param>
    public async Task<string> NewRefreshAsync(Guid userId, Guid familyId, Guid? tenantId, CancellationToken cancellationToken)
    {
        byte[] bytes = [.. RandomNumberGenerator.GetBytes(SecretBytes), .. (tenantId ?? Guid.Empty).ToByteArray(bigEndian: true)];
        var token = RefreshPrefix + Base64Url.EncodeToString(bytes);
        await AddAsync(New(token, Refresh, userId, familyId, RefreshLasts, challenge: null), cancellationToken);
        return token;
    }

    /// <summary>The grant of a refresh token that is good. Null for another; one that was used already ends its family.</summary>
    public async Task<(LoginGrant Grant, Guid? TenantId)?> FindRefreshAsync(string token, CancellationToken cancellationToken)
    {
        if (TenantOf(token) is not { } tenantId || await FindAsync(token, Refresh, cancellationToken) is not { } grant)
            return null;
        return (grant, tenantId == Guid.Empty ? null : tenantId);
    }

    /// <summary>Uses a grant. False when another was faster; then its family has ended.</summary>
    public async Task<bool> UseAsync(LoginGrant grant, CancellationToken cancellationToken)
    {
        var (now, hash) = (time.GetUtcNow(), grant.Hash);
        using (await database.Dialect.TakeTurnAsync(cancellationToken))
        {
            // Of no tenant: a user may have roles in several.
            await using var db = database.ForPlatform();
            var used = await db
                .LoginGrants.Where(g => g.Hash == hash && g.UsedAt == null && g.ExpiresAt > now)
                .ExecuteUpdateAsync(set => set.SetProperty(g => g.UsedAt, now), cancellationToken);
            if (used == 1)
                return true;
        }
        await EndFamilyAsync(grant.FamilyId, cancellationToken);
        return false;
    }

    /// <summary>Ends all that came from the login that this token came from.</summary>
    public async Task EndAsync(string refreshToken, CancellationToken cancellationToken)
    {
        if (await FindAsync(refreshToken, Refresh, cancellationToken) is { } grant)
            await EndFamilyAsync(grant.FamilyId, cancellationToken);
    }

    /// <summary>Ends all logins of a user; access tokens go on to their end.</summary>
    public Task EndAllAsync(Guid userId, CancellationToken cancellationToken) =>
        EndAsync(grants => grants.Where(g => g.UserId == userId), cancellationToken);

    /// <summary>The same, in the transaction of what shuts him out.</summary>
    public static async Task EndAllAsync(MailDb db, Guid userId, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db
            .LoginGrants.Where(g => g.UserId == userId && g.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(g => g.UsedAt, now), cancellationToken);
    }

    private Task EndFamilyAsync(Guid familyId, CancellationToken cancellationToken) =>
        EndAsync(grants => grants.Where(g => g.FamilyId == familyId), cancellationToken);

    private async Task EndAsync(Func<IQueryable<LoginGrant>, IQueryable<LoginGrant>> which, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        await which(db.LoginGrants)
            .Where(g => g.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(g => g.UsedAt, now), cancellationToken);
    }

    private async Task<LoginGrant?> FindAsync(string secret, string kind, CancellationToken cancellationToken)
    {
        var hash = HashOf(secret);
        await using var db = database.ForPlatform();
        var grant = await db.LoginGrants.AsNoTracking().SingleOrDefaultAsync(g => g.Hash == hash && g.Kind == kind, cancellationToken);
        if (grant is { UsedAt: not null })
            await EndFamilyAsync(grant.FamilyId, cancellationToken);
        return grant is { UsedAt: null } && grant.ExpiresAt > time.GetUtcNow() ? grant : null;
    }

    private async Task AddAsync(LoginGrant grant, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        db.LoginGrants.Add(grant);
        await db.SaveChangesAsync(cancellationToken);
    }

    private LoginGrant New(string secret, string kind, Guid userId, Guid familyId, TimeSpan lasts, string? challenge) =>
        new()
        {
            Hash = HashOf(secret),
            Kind = kind,
            UserId = userId,
            FamilyId = familyId,
            Challenge = challenge,
            ExpiresAt = time.GetUtcNow() + lasts,
        };

    private static Guid? TenantOf(string token) =>
        token.StartsWith(RefreshPrefix, StringComparison.Ordinal)
        && Base64Url.IsValid(token.AsSpan(RefreshPrefix.Length), out var length)
        && length == SecretBytes + IdBytes
            ? new Guid(Base64Url.DecodeFromChars(token.AsSpan(RefreshPrefix.Length)).AsSpan(SecretBytes), bigEndian: true)
            : null;

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
