using System.Text.RegularExpressions;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Rules.Stats;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>The page of statistics shows the numbers of the API, and asks for another time when it does not understand one.</summary>
public sealed class StatisticsPageTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task It_shows_the_sums_each_day_the_categories_and_the_providers(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        await StatsApiTests.SomeMailAsync(product, await product.TenantIdAsync());
        using var viewer = await ConsoleCaller.SignInAsync(product);

        var html = (await viewer.GetAsync("/console/stats?start_date=2026-05-01&end_date=2026-05-03")).Html;

        var cards = Regex
            .Matches(html, "<li[^>]*>\\s*<strong>([\\d,]+)</strong>\\s*<span[^>]*>([a-z]+)</span>(?:\\s*<div[^>]*>([\\d.]+%))?")
            .ToDictionary(m => m.Groups[2].Value, m => (m.Groups[1].Value, m.Groups[3].Value));
        Assert.Equal(("3", ""), cards["requested"]);
        Assert.Equal(("1", "33.33%"), cards["delivered"]);
        Assert.Equal(("2", "66.67%"), cards["bounced"]);
        Assert.Equal(("1", "100.0%"), cards["opened"]);
        Assert.Equal(("1", "100.0%"), cards["clicked"]);
        Assert.Equal(["3 May", "2 May", "1 May", "News", "news"], Rows(html).Take(5).Select(row => row[0]));
        Assert.Equal(["1 May", "2", "0", "2", "0", "0", "0", "0", "0"], Rows(html)[2]);
        Assert.Equal(["News", "1", "1", "0", "0", "0", "1", "1", "0"], Rows(html)[3]);
        Assert.Contains("<title>1 May: 0 delivered, 2 bounced, 0 dropped</title>", html, StringComparison.Ordinal);
        // No machine has opened it, and the picture of people has one of each.
        Assert.Contains("1 opened, 1 clicked. The table below has each number.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_is_none_is_said_and_a_long_one_is_put_together()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        await product.AddPersonAsync(roles: "viewer");
        using var viewer = await ConsoleCaller.SignInAsync(product);

        foreach (var query in (string[])["start_date=soon", "start_date=2026-05-02&end_date=2026-05-01", "days=0", "days=9999"])
        {
            var answer = await viewer.GetAsync($"/console/stats?{query}");
            Assert.Equal(422, answer.Status);
            Assert.Contains("the first not after the last", answer.Html, StringComparison.Ordinal);
        }
        var none = (await viewer.GetAsync("/console/stats?days=7")).Html;
        Assert.Contains("No mail in this time", none, StringComparison.Ordinal);
        Assert.Contains("href=\"stats?days=7\" aria-current=\"true\"", none, StringComparison.Ordinal);
        await StatsApiTests.SomeMailAsync(product, await product.TenantIdAsync());
        Assert.Equal(["27 Apr", "20 Apr"], (await RowsOfAsync("2026-01-01", "2026-05-03")).Take(2));
        Assert.Equal(["May 2026", "Apr 2026"], (await RowsOfAsync("2024-01-01", "2026-05-03")).Take(2));

        async Task<IEnumerable<string>> RowsOfAsync(string start, string end) =>
            Rows((await viewer.GetAsync($"/console/stats?start_date={start}&end_date={end}")).Html).Select(row => row[0]);
    }

    private static List<string[]> Rows(string html) =>
        [
            .. Regex
                .Matches(html, "<tr>\\s*<th scope=\"row\">(.*?)</tr>", RegexOptions.Singleline)
                .Select(row => Regex.Split(Regex.Replace(row.Groups[1].Value, "<[^>]*>", "|"), "[|\\s]*\\|[|\\s]*"))
                .Select(cells => cells.Where(cell => cell.Length > 0).ToArray()),
        ];
}
