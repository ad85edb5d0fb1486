using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ScaiSend.Api.Identity;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Rules.Access;
using ScaiSend.IntegrationTests.Rules.Identity;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A tenant has everything that a tenant can have; two who have no business with it walk through every page of the console.</summary>
public sealed class KeptOut(Chromium chromium)
{
    private const string Mark = "onlyalice";

    // Else the walk looks at nothing.
    private static readonly string[] Telling =
    [
        "/console/domains",
        "/console/domains/{id}",
        "/console/keys",
        "/console/keys/{id}",
        "/console/messages",
        "/console/messages/{id}",
        "/console/messages/{id}/content",
        "/console/stats",
        "/console/suppressions",
        "/console/suppressions/{id}/remove",
        "/console/templates",
        "/console/templates/{id}",
        "/console/webhooks",
        "/console/webhooks/{id}",
    ];

    private static readonly string[] Pages =
    [
        .. AccessRow
            .All()
            .Where(row => row is { IsPage: true, Method: "GET" } && !row.Path.EndsWith("/raw", StringComparison.Ordinal))
            .Select(row => row.Path),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Someone_without_permission_sees_neither_menu_nor_data(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Support.Webhooks.Reachable());
        sink.AlwaysAnswer($"lost.{Mark}@example.org", "550 5.1.1 No such user");
        await new TwoTenantsWorld.Inhabitant(product, product.LiveKey, Mark).SettleAsync(catcher.Url, mails: 1);
        await product.UntilAllIsCountedAsync();
        await product.AddPersonAsync(roles: "admin");
        var ids = await IdsAsync(product);
        await product.AddPersonAsync("nobody@example.org");
        await product.AddPersonAsync("mallory@example.org", await AddTenantWithRolesAsync(product), roles: "admin");

        // Who may see it does: the same walk finds it.
        var (told, _) = await WalkAsync(product, Logins.Email, ids);
        Assert.Empty(Telling.Except(told));

        var (toldNobody, menuOfNobody) = await WalkAsync(product, "nobody@example.org", ids);
        Assert.Empty(toldNobody);
        Assert.Equal(["Today"], menuOfNobody);

        var (toldMallory, menuOfMallory) = await WalkAsync(product, "mallory@example.org", ids);
        Assert.Empty(toldMallory);
        // The menu of an administrator, of his own tenant; nothing of operators.
        Assert.Contains("API keys", menuOfMallory);
        Assert.DoesNotContain("Ledger", menuOfMallory);
        Assert.DoesNotContain("Queue", menuOfMallory);
    }

    private async Task<(IReadOnlyList<string> Telling, IReadOnlyList<string> Menu)> WalkAsync(
        Product product,
        string email,
        IReadOnlyDictionary<string, string> ids
    )
    {
        var page = await chromium.OpenAsync();
        await page.SignInAsync(product, email);
        var telling = new List<string>();
        foreach (var path in Pages)
        {
            var part = path.Split('/') is [_, _, var first, ..] ? first : "";
            var concrete = path.Replace("{id}", ids.GetValueOrDefault(part, "x"), StringComparison.Ordinal)
                .Replace("{**page}", "x", StringComparison.Ordinal)["/console".Length..]
                .TrimStart('/');
            // It streams until the reader goes.
            if (path.EndsWith("/live", StringComparison.Ordinal))
                continue;
            await page.GoAsync(product, concrete);
            if ((await page.ContentAsync()).Contains(Mark, StringComparison.OrdinalIgnoreCase))
                telling.Add(path);
        }
        await page.GoAsync(product, "");
        var menu = await page.Locator("nav.menu li a").AllInnerTextsAsync();
        await page.Context.CloseAsync();
        return (telling, menu);
    }

    // As who may see it finds it in the list.
    private static async Task<string> LinkedAsync(Product product, string list)
    {
        using var admin = await ConsoleCaller.SignInAsync(product);
        var page = (await admin.GetAsync($"/console/{list}")).Html;
        return System.Text.RegularExpressions.Regex.Match(page, $"href=\"{list}/([0-9a-f][0-9a-f-]+)").Groups[1].Value;
    }

    private static async Task<IReadOnlyDictionary<string, string>> IdsAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().For(await product.TenantIdAsync());
        return new Dictionary<string, string>
        {
            ["messages"] = Ids.Show(Ids.Message, (await db.Messages.FirstAsync(Stop)).Id),
            ["keys"] = Ids.Show(Ids.ApiKey, (await db.ApiKeys.FirstAsync(k => k.Name == Mark, Stop)).Id),
            ["webhooks"] = Ids.Show(Ids.Webhook, (await db.WebhookEndpoints.FirstAsync(Stop)).Id),
            ["domains"] = Ids.Show(Ids.Domain, (await db.SenderDomains.FirstAsync(d => d.Name.Contains(Mark), Stop)).Id),
            ["suppressions"] = await LinkedAsync(product, "suppressions"),
            ["templates"] = await LinkedAsync(product, "templates"),
        };
    }

    private static async Task<Guid> AddTenantWithRolesAsync(Product product)
    {
        var tenantId = await product.AddTenantAsync();
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        await DefaultRoles.AddMissingAsync(db, tenantId, product.Clock, Stop);
        await db.SaveChangesAsync(Stop);
        return tenantId;
    }
}
