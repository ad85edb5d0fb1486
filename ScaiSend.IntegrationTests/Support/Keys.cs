using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Callers beside the seeded one.</summary>
public static class Keys
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A client with a live key of the seeded tenant that may do only this.</summary>
    public static async Task<HttpClient> ClientWithScopesAsync(this Product product, params string[] scopes)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var tenant = await db.Tenants.IgnoreQueryFilters().SingleAsync(t => t.Slug == Seed.Slug, Stop);
        return await ClientAsync(product, db, tenant.Id, scopes);
    }

    /// <summary>A client of another tenant, which may do everything and has verified the same domain.</summary>
    public static async Task<HttpClient> ClientOfAnotherTenantAsync(this Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var now = product.Clock.GetUtcNow();
        var tenant = new Tenant
        {
            Id = Ids.New(product.Clock),
            Name = "Other",
            Slug = "other",
            CreatedAt = now,
        };
        db.Tenants.Add(tenant);
        db.SenderDomains.Add(
            new SenderDomain
            {
                Id = Ids.New(product.Clock),
                TenantId = tenant.Id,
                Name = Seed.Domain,
                CreatedAt = now,
                VerifiedAt = now,
            }
        );
        return await ClientAsync(product, db, tenant.Id, [.. Api.Authentication.Scopes.All]);
    }

    private static async Task<HttpClient> ClientAsync(Product product, MailDb db, Guid tenantId, string[] scopes)
    {
        var secret = Seed.NewKey("live");
        db.ApiKeys.Add(
            new ApiKey
            {
                Id = Ids.New(product.Clock),
                TenantId = tenantId,
                Name = "Another key",
                Prefix = secret[..16],
                Hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
                Scopes = string.Join(' ', scopes),
                CreatedAt = product.Clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(Stop);
        var http = new HttpClient { BaseAddress = product.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return http;
    }
}
