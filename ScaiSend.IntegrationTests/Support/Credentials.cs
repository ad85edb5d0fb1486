using System.Net.Http.Headers;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Keys;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Tenants and keys beside the seeded ones, and calls with them.</summary>
public static class Credentials
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The seeded tenant.</summary>
    public static async Task<Guid> TenantIdAsync(this Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.Tenants.IgnoreQueryFilters().Where(t => t.Slug == Seed.Slug).Select(t => t.Id).SingleAsync(Stop);
    }

    /// <summary>A new tenant.</summary>
    public static async Task<Guid> AddTenantAsync(this Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var id = Ids.New(product.Clock);
        db.Tenants.Add(
            new Tenant
            {
                Id = id,
                Name = "Other",
                Slug = $"other-{id:N}",
                CreatedAt = product.Clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(Stop);
        return id;
    }

    /// <summary>A user who is at home in a tenant, put into the database past the API.</summary>
    public static async Task<Guid> AddUserAsync(this Product product, Guid tenantId, string? externalId = null)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var id = Ids.New(product.Clock);
        db.Users.Add(
            new User
            {
                Id = id,
                ExternalId = externalId,
                Email = $"{id:N}@example.org",
                HomeTenantId = tenantId,
                CreatedAt = product.Clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(Stop);
        return id;
    }

    /// <summary>An unsubscribe group of the seeded tenant with a known id, put into the database past the API.</summary>
    public static async Task AddGroupAsync(this Product product, int groupId)
    {
        var tenantId = await product.TenantIdAsync();
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        db.UnsubscribeGroups.Add(
            new UnsubscribeGroup
            {
                TenantId = tenantId,
                Id = groupId,
                Name = "News",
                Description = "Monthly",
                CreatedAt = product.Clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(Stop);
    }

    /// <summary>A new key of a tenant, put into the database past the API; answers its secret.</summary>
    public static async Task<string> AddKeyAsync(this Product product, Guid tenantId, IEnumerable<string> scopes, bool isTest = false)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var secret = KeySecret.New(isTest);
        db.ApiKeys.Add(
            new ApiKey
            {
                Id = Ids.New(product.Clock),
                TenantId = tenantId,
                Name = "A key",
                Prefix = secret.Prefix,
                Hash = secret.Hash,
                IsTest = isTest,
                Scopes = Scopes.Write(scopes),
                CreatedAt = product.Clock.GetUtcNow(),
            }
        );
        await db.SaveChangesAsync(Stop);
        return secret.Text;
    }

    /// <summary>What opens a route with only these scopes: an API key, or a token where administrators have to come.</summary>
    public static async Task<string> CredentialAsync(this Product product, Route route, Guid tenantId, IEnumerable<string> scopes)
    {
        if (route.Rule?.Administrators is not { AlsoKeys: false })
            return await product.AddKeyAsync(tenantId, scopes);
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var role = new TenantRole
        {
            Id = Ids.New(product.Clock),
            TenantId = tenantId,
            Name = $"r-{Ids.New(product.Clock):N}",
            Permissions = Scopes.Write(scopes),
            CreatedAt = product.Clock.GetUtcNow(),
        };
        db.Roles.Add(role);
        await db.SaveChangesAsync(Stop);
        return product
            .Services.GetRequiredService<Api.Identity.BuiltInTokens>()
            .Issue("cli:tests", tenantId, [role.Name], TimeSpan.FromHours(1));
    }

    /// <summary>When the keys were used last, from the database and so without a use; the earliest first.</summary>
    public static async Task<DateTimeOffset?[]> LastUsesAsync(this Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.ApiKeys.IgnoreQueryFilters().OrderBy(k => k.LastUsedAt).Select(k => k.LastUsedAt).ToArrayAsync(Stop);
    }

    /// <summary>One call with a key, or with none.</summary>
    /// <param name="body">JSON.</param>
    public static Task<CallAnswer> CallAsync(this Product product, string method, string path, string? key, string? body = null) =>
        CallAsync(product.Http, method, path, key, body);

    /// <summary>One call with a key, or with none.</summary>
    public static async Task<CallAnswer> CallAsync(this HttpClient http, string method, string path, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(http.BaseAddress!, path));
        // A default header would stand in for null.
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var plain = new HttpClient();
        using var answer = await plain.SendAsync(request, Stop);
        return new CallAnswer(
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(Stop),
            answer.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }
}

/// <summary>What came back.</summary>
public sealed record CallAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public System.Text.Json.JsonElement Json => System.Text.Json.JsonDocument.Parse(Body).RootElement;

    /// <summary>A text of the body.</summary>
    public string Text(string name) => Json.GetProperty(name).GetString()!;
}
