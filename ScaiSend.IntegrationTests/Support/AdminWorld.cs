using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>
/// Two partners and a stand-in of ScaiKey that gives everybody tokens: <c>one</c> has the seeded tenant and <c>beside</c>, <c>two</c> has <c>away</c>.
/// </summary>
public sealed class AdminWorld : IAsyncDisposable
{
    private readonly ScaiKeyStandIn _scaiKey;

    private AdminWorld(Product product, ScaiKeyStandIn scaiKey) => (Product, _scaiKey) = (product, scaiKey);

    public Product Product { get; }

    /// <summary>The public ids of partners and tenants, and of what tests add.</summary>
    public Dictionary<string, string> Names { get; } = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<AdminWorld> StartAsync(
        Stack stack,
        string? smarthost = null,
        Role roles = Role.Serve,
        Action<IServiceCollection>? replace = null
    )
    {
        var scaiKey = await ScaiKeyStandIn.StartAsync();
        var world = new AdminWorld(await Product.StartAsync(stack, smarthost, scaiKey.Settings, roles, replace), scaiKey);
        foreach (var partner in (string[])["one", "two"])
            world.Names[partner] = await world.MakeAsync("/api/admin/partners", new { name = partner, slug = partner });
        world.Names["default"] = Ids.Show(Ids.Tenant, await world.Product.TenantIdAsync());
        foreach (var (tenant, partner) in ((string, string)[])[("beside", "one"), ("away", "two")])
            world.Names[tenant] = await world.MakeAsync(
                "/api/admin/tenants",
                new
                {
                    name = tenant,
                    slug = tenant,
                    partner_id = world.Names[partner],
                }
            );
        Assert.True(Ids.TryRead(Ids.Partner, world.Names["one"], out var one));
        await using var db = world.Product.Services.GetRequiredService<MailDatabase>().For(await world.Product.TenantIdAsync());
        await db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(t => t.PartnerId, one), Stop);
        return world;
    }

    /// <summary>What somebody calls with: <c>operator</c>, <c>super</c>, <c>partner one</c>, <c>admin of away</c>, <c>nobody of default</c>, <c>key of default</c>, or a user's id and tenant.</summary>
    public string Credential(string who)
    {
        var words = who.Split(' ');
        return words switch
        {
            ["operator"] => Product.OperatorKey.Text,
            ["super"] => Token("usr_root", null, "super_admin"),
            ["super", "of", var tenant] => Token("usr_root", tenant, "super_admin"),
            ["partner", var partner] => Token($"usr_partner_{partner}", null, "partner_admin", partner),
            ["partner", var partner, "of", var tenant] => Token($"usr_partner_{partner}", tenant, "partner_admin", partner),
            ["admin", "of", var tenant] => Token($"usr_admin_{tenant}", tenant, "tenant_admin"),
            ["key", "of", "default"] => Product.LiveKey,
            [var user, "of", var tenant] => Token(user, tenant, null),
            _ => throw new ArgumentOutOfRangeException(nameof(who), who, "Nobody is called so"),
        };
    }

    /// <summary>One call. In the path <c>{away}</c> stands for the id of <c>away</c>.</summary>
    public Task<CallAnswer> CallAsync(string who, string method, string path, object? body = null)
    {
        // The log is in the order of time, and the clock stands.
        if (method != "GET")
            Product.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return Product.CallAsync(method, Fill(path), Credential(who), body is null ? null : Fill(JsonSerializer.Serialize(body)));
    }

    /// <summary>One call that must do.</summary>
    public async Task<CallAnswer> DoAsync(string who, string method, string path, object? body = null)
    {
        var answer = await CallAsync(who, method, path, body);
        Assert.True(answer.Status is >= 200 and < 300, $"{who}: {method} {path}: {answer.Status} {answer.Body}");
        return answer;
    }

    /// <summary>Makes something as an operator; answers its id.</summary>
    public Task<string> MakeAsync(string path, object body) => MakeAsync("operator", path, body);

    /// <summary>Makes something; answers its id.</summary>
    public async Task<string> MakeAsync(string who, string path, object body) =>
        (await DoAsync(who, "POST", path, body)).Json.GetProperty("data").GetProperty("id").GetString()!;

    /// <summary>The newest entry about a tenant.</summary>
    public async Task<JsonElement> LastEntryAsync(string tenant) =>
        (await DoAsync("operator", "GET", $"/api/admin/audit?tenant={{{tenant}}}&limit=1")).Json.GetProperty("entries")[0];

    /// <summary>A text with ids in place of names in braces.</summary>
    public string Fill(string text) =>
        Names.Aggregate(text, (filled, name) => filled.Replace($"{{{name.Key}}}", name.Value, StringComparison.Ordinal));

    /// <summary>Time passes after which nobody believes what was before.</summary>
    public void WaitForAnswersToAge() => Product.Clock.Advance(TimeSpan.FromSeconds(4));

    public async ValueTask DisposeAsync()
    {
        await Product.DisposeAsync();
        await _scaiKey.DisposeAsync();
    }

    private string Token(string subject, string? tenant, string? rank, string? partner = null) =>
        _scaiKey.Token(
            subject,
            tenant is null ? "" : Names[tenant],
            Product.Clock.GetUtcNow(),
            token =>
            {
                if (tenant is null)
                {
                    token.Issuer = _scaiKey.Issuer;
                    token.Claims.Remove("tenant_id");
                }
                if (rank is not null)
                    token.Claims["role"] = rank;
                if (partner is not null)
                    token.Claims["partner_id"] = Names[partner];
            }
        );
}
