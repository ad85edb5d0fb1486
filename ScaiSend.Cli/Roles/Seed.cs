using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Keys;
using ScaiSend.Contracts;
using ScaiSend.Delivery.Signing;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;
using ScaiSend.Platform.Storage.Tenants;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Cli.Roles;

/// <summary>Makes an installation usable at once: a tenant <c>default</c> with keys, and the verified domain <c>example.test</c> with DKIM keys.</summary>
public sealed class Seed(MailDatabase database, SecretBox secrets, TimeProvider time)
{
    public const string Domain = "example.test";
    public const string Slug = "default";

    /// <summary>Whether there is a seeded tenant.</summary>
    public async Task<bool> IsPlantedAsync(CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        return await db.Tenants.IgnoreQueryFilters().AnyAsync(t => t.Slug == Slug, cancellationToken);
    }

    /// <summary>Adds what is missing; keys that are known already stay as they are.</summary>
    /// <param name="withEd25519">A second DKIM key, RFC 8463.</param>
    public async Task PlantAsync(string liveKey, string testKey, bool withEd25519, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var tenant = await db.Tenants.IgnoreQueryFilters().SingleOrDefaultAsync(t => t.Slug == Slug, cancellationToken);
        if (tenant is null)
        {
            tenant = new Tenant
            {
                Id = Ids.New(time),
                Name = "Default",
                Slug = Slug,
                CreatedAt = time.GetUtcNow(),
            };
            db.Tenants.Add(tenant);
        }
        await DefaultRoles.AddMissingAsync(db, tenant.Id, time, cancellationToken);
        await AddKeyAsync(db, tenant, liveKey, "live", cancellationToken);
        await AddKeyAsync(db, tenant, testKey, "test", cancellationToken);
        if (!await db.SenderDomains.IgnoreQueryFilters().AnyAsync(d => d.TenantId == tenant.Id && d.Name == Domain, cancellationToken))
            AddDomain(db, tenant, withEd25519);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A new key of the given kind.</summary>
    public static string NewKey(string kind) => KeySecret.New(isTest: kind == "test").Text;

    private async Task AddKeyAsync(MailDb db, Tenant tenant, string secret, string kind, CancellationToken cancellationToken)
    {
        var (prefix, hash) = (new KeySecret(secret).Prefix, new KeySecret(secret).Hash);
        if (await db.ApiKeys.IgnoreQueryFilters().AnyAsync(k => k.Hash == hash, cancellationToken))
            return;
        db.ApiKeys.Add(
            new ApiKey
            {
                Id = Ids.New(time),
                TenantId = tenant.Id,
                Name = $"Seeded {kind} key",
                Prefix = prefix,
                Hash = hash,
                IsTest = kind == "test",
                Scopes = Scopes.Write(Scopes.All),
                CreatedAt = time.GetUtcNow(),
            }
        );
    }

    private void AddDomain(MailDb db, Tenant tenant, bool withEd25519)
    {
        var now = time.GetUtcNow();
        db.SenderDomains.Add(
            new SenderDomain
            {
                Id = Ids.New(time),
                TenantId = tenant.Id,
                Name = Domain,
                CreatedAt = now,
                VerifiedAt = now,
                IsTrusted = true,
            }
        );
        db.DkimKeys.Add(Key(tenant, "scaisend", "rsa", DkimKeys.Generate(DkimAlgorithm.RsaSha256)));
        if (withEd25519)
            db.DkimKeys.Add(Key(tenant, "scaisend-ed", "ed25519", DkimKeys.Generate(DkimAlgorithm.Ed25519Sha256)));
    }

    private StoredDkimKey Key(Tenant tenant, string selector, string algorithm, byte[] pkcs8) =>
        new()
        {
            Id = Ids.New(time),
            TenantId = tenant.Id,
            Domain = Domain,
            Selector = selector,
            Algorithm = algorithm,
            SealedPrivateKey = secrets.Seal(pkcs8),
            CreatedAt = time.GetUtcNow(),
            UsedFrom = time.GetUtcNow(),
        };
}
