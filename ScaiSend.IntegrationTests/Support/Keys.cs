using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Callers beside the seeded one.</summary>
public static class Keys
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A client with a live key of the seeded tenant that may do only this.</summary>
    public static async Task<HttpClient> ClientWithScopesAsync(this Product product, params string[] scopes) =>
        await ClientAsync(product, await product.TenantIdAsync(), scopes);

    /// <summary>A client of another tenant, which may do everything and has verified the same domain.</summary>
    public static async Task<HttpClient> ClientOfAnotherTenantAsync(this Product product)
    {
        var tenantId = await product.AddTenantAsync();
        var now = product.Clock.GetUtcNow();
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        db.SenderDomains.Add(
            new SenderDomain
            {
                Id = Ids.New(product.Clock),
                TenantId = tenantId,
                Name = Seed.Domain,
                CreatedAt = now,
                VerifiedAt = now,
                IsTrusted = true,
            }
        );
        await db.SaveChangesAsync(Stop);
        return await ClientAsync(product, tenantId, Api.Authentication.Scopes.All);
    }

    /// <summary>A DKIM key that is only looked at: nothing can be signed with it.</summary>
    public static StoredDkimKey OfDomain(string domain, string selector, DateTimeOffset? usedFrom, string algorithm = "rsa") =>
        new()
        {
            Id = Contracts.Ids.New(TimeProvider.System),
            Domain = domain,
            Selector = selector,
            Algorithm = algorithm,
            SealedPrivateKey = [],
            UsedFrom = usedFrom,
        };

    private static async Task<HttpClient> ClientAsync(Product product, Guid tenantId, IEnumerable<string> scopes)
    {
        var secret = await product.AddKeyAsync(tenantId, scopes);
        var http = new HttpClient { BaseAddress = product.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return http;
    }
}
