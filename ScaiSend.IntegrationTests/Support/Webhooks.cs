using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Webhooks of a product under test, put in and looked at without its API.</summary>
public static class Webhooks
{
    /// <summary>Settings of a product whose webhooks may reach a test's receiver, and which does not wait by a clock that stands.</summary>
    public static Dictionary<string, string?> Reachable(params (string Name, string Value)[] also)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Webhooks:AllowPrivateNetworks"] = "true",
            ["Webhooks:BatchWait"] = "00:00:00",
            ["Webhooks:PauseAfterFailure"] = "00:00:00.020",
        };
        foreach (var (name, value) in also)
            settings[name] = value;
        return settings;
    }

    /// <summary>Adds an endpoint; events that come later are told to it. Without a tenant it is the seeded one's.</summary>
    public static async Task<WebhookEndpoint> AddWebhookAsync(
        this Product product,
        string url,
        WebhookKind kind = WebhookKind.Single,
        string events = "*",
        byte[]? secret = null,
        Action<WebhookEndpoint>? change = null,
        Guid? tenantId = null
    )
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var endpoint = new WebhookEndpoint
        {
            Id = Ids.New(product.Clock),
            TenantId = tenantId ?? await product.TenantIdAsync(),
            Kind = kind,
            Url = url,
            Events = events,
            IsEnabled = true,
            SealedSecret = secret is null ? null : product.Services.GetRequiredService<SecretBox>().Seal(secret),
            CreatedAt = product.Clock.GetUtcNow(),
            UpdatedAt = product.Clock.GetUtcNow(),
        };
        change?.Invoke(endpoint);
        db.WebhookEndpoints.Add(endpoint);
        await db.SaveChangesAsync(Stop);
        await WebhookRevision.CountUpAsync(db, Stop);
        return endpoint;
    }

    /// <summary>The endpoint as it is stored now.</summary>
    public static async Task<WebhookEndpoint> StoredAsync(this Product product, WebhookEndpoint endpoint)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(endpoint.TenantId);
        return await db.WebhookEndpoints.AsNoTracking().SingleAsync(e => e.Id == endpoint.Id, Stop);
    }

    /// <summary>What it is or was owed, in the order of the events.</summary>
    public static async Task<IReadOnlyList<WebhookDelivery>> DeliveriesAsync(this Product product, WebhookEndpoint endpoint)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(endpoint.TenantId);
        return await db
            .WebhookDeliveries.AsNoTracking()
            .Where(d => d.EndpointId == endpoint.Id)
            .OrderBy(d => d.Lane)
            .ThenBy(d => d.Position)
            .ToListAsync(Stop);
    }

    /// <summary>Its deliveries, as soon as they are so.</summary>
    public static Task<IReadOnlyList<WebhookDelivery>> DeliveriesWhenAsync(
        this Product product,
        WebhookEndpoint endpoint,
        Func<IReadOnlyList<WebhookDelivery>, bool> areSo
    ) =>
        Patience.WhenAsync(
            () => product.DeliveriesAsync(endpoint),
            areSo,
            deliveries => "Deliveries are " + string.Join(", ", deliveries.Select(d => $"{d.State} after {d.Attempts} due {d.DueAt:O}"))
        );

    /// <summary>The log of its POSTs, the earliest first.</summary>
    public static async Task<IReadOnlyList<WebhookPost>> PostsAsync(this Product product, WebhookEndpoint endpoint)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(endpoint.TenantId);
        return await db.WebhookPosts.AsNoTracking().Where(p => p.EndpointId == endpoint.Id).OrderBy(p => p.Id).ToListAsync(Stop);
    }

    /// <summary>Whether the header is what the secret makes of the body.</summary>
    public static bool IsSignedWith(this CaughtPost post, string secret)
    {
        var parts = post.Headers["X-ScaiSend-Signature"].Split(',').Select(p => p.Split('=', 2)).ToList();
        byte[] signed = [.. Encoding.ASCII.GetBytes(parts.Single(p => p[0] == "t")[1] + "."), .. post.Body];
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        return parts.Any(p => p[0] == "v1" && p[1] == expected);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
