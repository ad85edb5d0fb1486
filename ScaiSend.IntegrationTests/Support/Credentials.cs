using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Callers beside the seeded one.</summary>
public static class Credentials
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A caller of the seeded tenant whose key has these scopes only.</summary>
    public static async Task<HttpClient> CallerWithAsync(this Product product, params string[] scopes)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var tenant = await db.Tenants.IgnoreQueryFilters().SingleAsync(t => t.Slug == Seed.Slug, Stop);
        return await CallerAsync(product, db, tenant.Id, string.Join(' ', scopes));
    }

    /// <summary>A caller of another, new tenant with the seeded key's scopes.</summary>
    public static async Task<HttpClient> CallerOfOtherTenantAsync(this Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var seeded = await db.ApiKeys.IgnoreQueryFilters().FirstAsync(Stop);
        var tenant = new Tenant
        {
            Id = Ids.New(product.Clock),
            Name = "Other",
            Slug = $"other-{RandomNumberGenerator.GetHexString(8)}",
            CreatedAt = product.Clock.GetUtcNow(),
        };
        db.Tenants.Add(tenant);
        return await CallerAsync(product, db, tenant.Id, seeded.Scopes);
    }

    private static async Task<HttpClient> CallerAsync(Product product, MailDb db, Guid tenantId, string scopes)
    {
        var secret = Seed.NewKey("live");
        db.ApiKeys.Add(
            new ApiKey
            {
                Id = Ids.New(product.Clock),
                TenantId = tenantId,
                Name = "A test's",
                Prefix = secret[..16],
                Hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
                Scopes = scopes,
                CreatedAt = product.Clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(Stop);
        var caller = new HttpClient { BaseAddress = product.Http.BaseAddress };
        caller.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return caller;
    }
}
