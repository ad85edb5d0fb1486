using System.Text.RegularExpressions;
using ScaiSend.Api.Console.Audit;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The page of the audit log.</summary>
public sealed class AuditPageTests
{
    [Theory]
    [InlineData(null, null, "")]
    [InlineData("""{"a":1}""", """{"a":1}""", "")]
    [InlineData("""{"a":1,"b":null}""", """{"a":2,"b":null}""", "a: 1 -> 2")]
    [InlineData("""{"name":"x"}""", null, "name: x -> ")]
    [InlineData(null, """{"name":"x","on":true}""", "name:  -> x|on:  -> yes")]
    [InlineData("""{"scopes":["a"]}""", """{"scopes":["a","b"]}""", "scopes: a -> a, b")]
    [InlineData("""{"limits":{"day":1,"hour":2}}""", """{"limits":{"day":1,"hour":3}}""", "limits.hour: 2 -> 3")]
    [InlineData("""{"a":{"b":1}}""", """{"a":null}""", "a.b: 1 -> ")]
    public void It_says_what_is_different(string? before, string? after, string says)
    {
        var differences = Differences.Between(before, after).Select(d => $"{d.Name}: {d.Before} -> {d.After}");

        Assert.Equal(says, string.Join('|', differences));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Entries_are_found_by_who_what_about_what_and_when_and_turned_page_by_page(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        for (var number = 0; number < 52; number++)
        {
            product.Clock.Advance(TimeSpan.FromMilliseconds(1));
            var added = await ada.SubmitAsync("/console/domains", ("domain", $"shop{number}.example.com"), ("dmarc_policy", "none"));
            Assert.True(added.Status == 303, added.Html);
        }
        product.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var key = """{"domain":"by-a-program.example.com"}""";
        Assert.Equal(201, (await product.CallAsync("POST", "/api/admin/domains", product.LiveKey, key)).Status);

        var newest = await ada.GetAsync("/console/audit");
        Assert.Equal(50, Rows(newest));
        var older = Regex.Match(newest.Html, "rel=\"next\" href=\"([^\"]+)\"").Groups[1].Value;
        Assert.Equal(3, Rows(await ada.GetAsync($"/console/{System.Net.WebUtility.HtmlDecode(older)}")));
        Assert.Equal(1, Rows(await ada.GetAsync("/console/audit?target=by-a-program")));
        Assert.Equal(1, Rows(await ada.GetAsync("/console/audit?target=shop51.example.com&action=domain_add")));
        Assert.Equal(0, Rows(await ada.GetAsync("/console/audit?action=domain_delete")));
        Assert.Equal(0, Rows(await ada.GetAsync("/console/audit?actor=nobody")));
        var actor = Regex
            .Match((await ada.GetAsync("/console/audit?target=by-a-program")).Html, "audit\\?actor=(key_[0-9a-f]+)")
            .Groups[1]
            .Value;
        Assert.Equal(1, Rows(await ada.GetAsync($"/console/audit?actor={actor}")));
        Assert.Equal(0, Rows(await ada.GetAsync("/console/audit?until=2001-01-01")));
        Assert.Equal(50, Rows(await ada.GetAsync("/console/audit?since=2001-01-01")));
        Assert.Contains("is no day", (await ada.GetAsync("/console/audit?since=31.12.2026")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_sees_the_entries_that_are_his()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "admin");
        using var ada = await ConsoleCaller.SignInAsync(product);
        using var other = await ConsoleCaller.SignInElsewhereAsync(product);
        using var ops = await ConsoleCaller.SignInAsOperatorAsync(product);
        await ada.SubmitAsync("/console/domains", ("domain", "of-ada.example.com"), ("dmarc_policy", "none"));
        await other.SubmitAsync("/console/domains", ("domain", "of-other.example.com"), ("dmarc_policy", "none"));
        var tenant = await product.ShownTenantAsync();

        Assert.Equal(1, Rows(await ada.GetAsync("/console/audit")));
        // That his tenant was made is his to see.
        Assert.Equal(2, Rows(await other.GetAsync("/console/audit")));
        Assert.Equal(0, Rows(await other.GetAsync($"/console/audit?tenant={tenant}")));
        Assert.Equal(0, Rows(await other.GetAsync("/console/audit?tenant=*&target=of-ada")));
        Assert.Equal(3, Rows(await ops.GetAsync("/console/audit")));
        Assert.Equal(1, Rows(await ops.GetAsync($"/console/audit?tenant={Seed.Slug}")));
        // Whoever looks at a tenant sees its entries first: his look is one of them.
        await ops.LookAtAsync();
        Assert.Equal(2, Rows(await ops.GetAsync("/console/audit")));
        Assert.Equal(4, Rows(await ops.GetAsync("/console/audit?tenant=*")));
        Assert.Equal(1, Rows(await ops.GetAsync($"/console/audit?target={tenant}&tenant=*")));
    }

    private static int Rows(PageAnswer answer)
    {
        Assert.Equal(200, answer.Status);
        return Regex.Count(answer.Html, "<td class=\"when\">");
    }
}
