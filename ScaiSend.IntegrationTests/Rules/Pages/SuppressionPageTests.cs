using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Console.Suppressions;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The page of addresses that get no mail.</summary>
public sealed class SuppressionPageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task All_lists_are_walked_together_newest_first_and_each_entry_comes_once(Stack stack)
    {
        await using var product = await StartAsync(stack);
        var group = await GroupAsync(product, "News");
        var wanted = new List<string>();
        foreach (var number in Enumerable.Range(0, 80))
        {
            var email = $"u{number:d3}@example.org";
            // Many of one moment, and some addresses on two lists at once.
            if (number % 7 == 0)
                product.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await AddAsync(product, number % 2 == 0 ? "/v3/suppression/bounces" : "/v3/suppression/blocks", $$"""{"email":"{{email}}"}""");
            wanted.Add(email);
            if (number % 3 != 0)
                continue;
            await AddAsync(product, $"/v3/asm/groups/{group}/suppressions", $$"""{"recipient_emails":["{{email}}"]}""");
            wanted.Add(email);
        }
        using var ada = await ConsoleCaller.SignInAsync(product);

        var (found, path, pages) = (new List<string>(), "suppressions", 0);
        while (path.Length > 0)
        {
            var html = (await ada.GetAsync($"/console/{path}")).Html;
            found.AddRange(Addresses(html));
            path = WebUtility.HtmlDecode(Regex.Match(html, "rel=\"next\" href=\"([^\"]+)\"").Groups[1].Value);
            Assert.InRange(++pages, 1, 5);
        }

        Assert.Equal(wanted.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal((wanted.Count + SuppressionSearch.PageSize - 1) / SuppressionSearch.PageSize, pages);
        Assert.StartsWith("u07", found[0], StringComparison.Ordinal);
        Assert.StartsWith("u00", found[^1], StringComparison.Ordinal);
        Assert.Equal(40, Addresses((await ada.GetAsync("/console/suppressions?list=blocks")).Html).Count);
        Assert.Equal(27, Addresses((await ada.GetAsync($"/console/suppressions?list=group-{group}")).Html).Count);
        Assert.Equal(
            ["u003@example.org", "u003@example.org"],
            Addresses((await ada.GetAsync("/console/suppressions?address=U003@Example.ORG")).Html)
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task An_address_is_added_to_each_list_and_taken_off_it(Stack stack)
    {
        await using var product = await StartAsync(stack);
        var group = await GroupAsync(product, "News");
        using var ada = await ConsoleCaller.SignInAsync(product);
        foreach (var list in (string[])["bounces", "blocks", "invalid", "spam_reports", "unsubscribes", $"group-{group}"])
        {
            var added = await ada.SubmitAsync(
                "/console/suppressions",
                ("email", "grace@example.org"),
                ("to", list),
                ("reason", $"Asked for {list}")
            );
            Assert.True(added.Status == 303, added.Html);
        }
        // Who was there stays as he was.
        Assert.Equal(
            303,
            (await ada.SubmitAsync("/console/suppressions", ("email", "GRACE@example.org"), ("to", "bounces"), ("reason", "no"))).Status
        );
        Assert.Contains("was on this list already", (await ada.GetAsync("/console/suppressions")).Html, StringComparison.Ordinal);

        var html = (await ada.GetAsync("/console/suppressions?address=grace@example.org")).Html;
        Assert.Equal(6, Addresses(html).Count);
        Assert.Contains("Asked for unsubscribes", html, StringComparison.Ordinal);
        var bounce = (await product.CallAsync("GET", "/v3/suppression/bounces/grace@example.org", product.LiveKey)).Body;
        Assert.Contains("Asked for bounces", bounce, StringComparison.Ordinal);
        foreach (Match entry in Regex.Matches(html, "suppressions/[0-9a-f]{32}-[0-9]+-[0-9]+/remove"))
            Assert.Equal(303, (await ada.SubmitAsync($"/console/{entry.Value}", ("reason", "They called"))).Status);
        Assert.Empty(Addresses((await ada.GetAsync("/console/suppressions?address=grace@example.org")).Html));
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        Assert.Empty(await db.Suppressions.IgnoreQueryFilters().ToListAsync(Stop));
        Assert.Equal(7, await db.AuditEntries.CountAsync(e => e.Action == "suppression_add" && e.Via == "console", Stop));
        Assert.Equal(6, await db.AuditEntries.CountAsync(e => e.Action == "suppression_remove" && e.Reason == "They called", Stop));
    }

    [Fact]
    public async Task What_is_wrong_with_a_form_is_said_and_what_was_typed_stays()
    {
        await using var product = await StartAsync(Stack.Embedded);
        using var ada = await ConsoleCaller.SignInAsync(product);

        var wrong = await ada.SubmitAsync("/console/suppressions", ("email", "no address"), ("to", "bounces"), ("reason", "A <reason>"));
        var nowhere = await ada.SubmitAsync("/console/suppressions", ("email", "ada@example.org"), ("to", "group-1"));

        Assert.Equal((422, 422), (wrong.Status, nowhere.Status));
        Assert.Contains("The address must be an email address.", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"no address\"", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("A &lt;reason&gt;", wrong.Html, StringComparison.Ordinal);
        Assert.Contains("Choose a list.", nowhere.Html, StringComparison.Ordinal);
        foreach (
            var id in (string[])
                ["msg_0", "0-0-0", $"{new string('0', 32)}-1-0", $"{new string('z', 32)}-1-0", $"{new string('0', 32)}-999-0"]
        )
            Assert.Equal(404, (await ada.GetAsync($"/console/suppressions/{id}/remove")).Status);
    }

    [Fact]
    public async Task Staff_says_why_and_a_tenant_reaches_nobody_elses_entries()
    {
        await using var product = await StartAsync(Stack.Embedded);
        await AddAsync(product, "/v3/suppression/bounces", """{"email":"grace@example.org"}""");
        using var ops = await ConsoleCaller.SignInAsOperatorAsync(product);
        await ops.LookAtAsync();
        using var other = await ConsoleCaller.SignInElsewhereAsync(product);
        var entry = Regex.Match((await ops.GetAsync("/console/suppressions")).Html, "suppressions/[0-9a-f-]+/remove").Value;

        Assert.Empty(Addresses((await other.GetAsync("/console/suppressions")).Html));
        Assert.Empty(Addresses((await other.GetAsync("/console/suppressions?address=grace@example.org")).Html));
        Assert.Equal(404, (await other.GetAsync($"/console/{entry}")).Status);
        Assert.Equal(409, (await other.SubmitAsync($"/console/{entry}")).Status);
        Assert.Equal(422, (await ops.SubmitAsync($"/console/{entry}")).Status);
        Assert.Equal(422, (await ops.SubmitAsync("/console/suppressions", ("email", "a@example.org"), ("to", "bounces"))).Status);
        Assert.Single(Addresses((await ops.GetAsync("/console/suppressions")).Html));
        Assert.Equal(303, (await ops.SubmitAsync($"/console/{entry}", ("reason", "Ticket 1"))).Status);
        Assert.Empty(Addresses((await ops.GetAsync("/console/suppressions")).Html));
    }

    private static async Task<Product> StartAsync(Stack stack)
    {
        var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        return product;
    }

    private static async Task<int> GroupAsync(Product product, string name) =>
        (await product.CallAsync("POST", "/v3/asm/groups", product.LiveKey, $$"""{"name":"{{name}}","description":"d"}""")).Json.Number(
            "id"
        );

    private static async Task AddAsync(Product product, string path, string body) =>
        Assert.Equal(201, (await product.CallAsync("POST", path, product.LiveKey, body)).Status);

    private static List<string> Addresses(string html) =>
        [.. Regex.Matches(html, "<td class=\"title\">([^<]+)</td>").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];
}
