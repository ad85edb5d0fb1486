using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Keys;

/// <summary>
/// The keys of a tenant. What changes is forgotten by this process at once, and by the others within <see cref="Authentication.ApiKeys.KeepFor"/>.
/// A change happens only to the key as it was read, so that what was checked is what is changed. Each stands in the audit log.
/// </summary>
public sealed class StoredKeys(MailDatabase database, Authentication.ApiKeys known, TimeProvider time)
{
    /// <summary>Most keys of a tenant that are not revoked.</summary>
    public const int MaxKeys = 100;

    /// <summary>Most keys in a list; revoked ones are never deleted.</summary>
    public const int MaxListed = 1000;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Guid tenantId, bool withRevoked, int limit, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db
            .ApiKeys.Where(k => withRevoked || k.RevokedAt == null)
            .OrderByDescending(k => k.Id)
            .Take(limit)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The key, revoked or not, or null when the tenant has none of this id.</summary>
    public async Task<ApiKey?> FindAsync(Guid tenantId, string id, CancellationToken cancellationToken)
    {
        if (!Ids.TryRead(Ids.ApiKey, id, out var keyId))
            return null;
        await using var db = database.For(tenantId);
        return await db.ApiKeys.SingleOrDefaultAsync(k => k.Id == keyId, cancellationToken);
    }

    /// <summary>Stores a new key; null when the tenant has <see cref="MaxKeys"/> already.</summary>
    public async Task<ApiKey?> AddAsync(
        Guid tenantId,
        Act act,
        KeySecret secret,
        KeyFields fields,
        IEnumerable<string> scopes,
        CancellationToken cancellationToken
    )
    {
        var key = new ApiKey
        {
            Id = Ids.New(time),
            TenantId = tenantId,
            Name = fields.Name,
            Prefix = secret.Prefix,
            Hash = secret.Hash,
            IsTest = fields.IsTest == true,
            Scopes = Scopes.Write(scopes),
            CreatedAt = time.GetStoredNow(),
            ExpiresAt = fields.ExpiresAt,
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync) ? key : null;

        async Task<bool> TryAsync()
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            // Whoever adds a key holds the tenant's row, so two cannot both be the hundredth.
            await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, t => t.Name), cancellationToken);
            if (await db.ApiKeys.CountAsync(k => k.RevokedAt == null, cancellationToken) >= MaxKeys)
                return false;
            db.ApiKeys.Add(key);
            AuditLog.Note(db, time, act, "key_add", tenantId, Target(key), after: State(key.Name, key.Scopes));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }

    /// <summary>Gives the key a name and scopes; false when it changed meanwhile.</summary>
    public Task<bool> ChangeAsync(ApiKey key, Act act, string name, IEnumerable<string> scopes, CancellationToken cancellationToken)
    {
        var written = Scopes.Write(scopes);
        return WriteAsync(
            key,
            same =>
                same.ExecuteUpdateAsync(set => set.SetProperty(k => k.Name, name).SetProperty(k => k.Scopes, written), cancellationToken),
            db => AuditLog.Note(db, time, act, "key_change", key.TenantId, Target(key), State(key.Name, key.Scopes), State(name, written)),
            cancellationToken
        );
    }

    /// <summary>Gives the key a new secret; the old one is dead when this returns. False when it changed meanwhile.</summary>
    public Task<bool> RotateAsync(ApiKey key, Act act, KeySecret secret, CancellationToken cancellationToken)
    {
        var (prefix, hash) = (secret.Prefix, secret.Hash);
        return WriteAsync(
            key,
            same =>
                same.ExecuteUpdateAsync(set => set.SetProperty(k => k.Prefix, prefix).SetProperty(k => k.Hash, hash), cancellationToken),
            db => AuditLog.Note(db, time, act, "key_rotate", key.TenantId, Target(key), new { key.Prefix }, new { Prefix = prefix }),
            cancellationToken
        );
    }

    /// <summary>Ends the key for good; false when it changed meanwhile.</summary>
    public Task<bool> RevokeAsync(ApiKey key, Act act, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        return WriteAsync(
            key,
            same => same.ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, now), cancellationToken),
            db => AuditLog.Note(db, time, act, "key_revoke", key.TenantId, Target(key), State(key.Name, key.Scopes)),
            cancellationToken
        );
    }

    private async Task<bool> WriteAsync(
        ApiKey key,
        Func<IQueryable<ApiKey>, Task<int>> write,
        Action<MailDb> note,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(key.TenantId);
        try
        {
            return await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);
        }
        finally
        {
            known.Forget(key.Hash);
        }

        async Task<bool> TryAsync()
        {
            await using var db = database.For(key.TenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var same = db.ApiKeys.Where(k => k.Id == key.Id && k.Hash == key.Hash && k.Scopes == key.Scopes && k.RevokedAt == null);
            if (await write(same) != 1)
                return false;
            note(db);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
    }

    private static object Target(ApiKey key) => new { KeyId = Ids.Show(Ids.ApiKey, key.Id), key.IsTest };

    private static object State(string name, string scopes) => new { Name = name, Scopes = Scopes.Read(scopes) };
}
