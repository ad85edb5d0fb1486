using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Rules.Stats;
using ScaiSend.IntegrationTests.Support;
using SendGrid;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Statistics with SendGrid's C# client, whose query is JSON with arrays.</summary>
public sealed class ClientStatsTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task All_mail_and_several_categories_are_asked_for_and_understood(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        await StatsApiTests.SomeMailAsync(product, await product.TenantIdAsync());
        var client = CSharpClientTests.Client(product);

        var all = await AskAsync(
            client,
            "stats",
            """{"start_date":"2026-05-01","end_date":"2026-05-31","aggregated_by":"month","limit":1}"""
        );
        var named = await AskAsync(
            client,
            "categories/stats",
            """{"start_date":"2026-05-01","end_date":"2026-05-03","categories":["news","News"]}"""
        );

        Assert.Equal("2026-05-01", all[0]!["date"]!.ToString());
        Assert.Equal(3, all[0]!["stats"]![0]!["metrics"]!["requests"]!.GetValue<int>());
        Assert.Equal(["news", "News"], named[0]!["stats"]!.AsArray().Select(s => s!["name"]!.ToString()));
        Assert.Equal(3, named.Count);
    }

    private static async Task<JsonArray> AskAsync(SendGridClient client, string path, string query)
    {
        var stop = TestContext.Current.CancellationToken;
        var answer = await client.RequestAsync(BaseClient.Method.GET, queryParams: query, urlPath: path, cancellationToken: stop);
        return JsonNode.Parse(await answer.Body.ReadAsStringAsync(stop))!.AsArray();
    }
}
