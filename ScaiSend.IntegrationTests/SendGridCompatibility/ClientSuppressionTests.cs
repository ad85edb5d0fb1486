using System.Globalization;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;
using SendGrid;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Suppressions and unsubscribe groups with SendGrid's C# client.</summary>
public sealed class ClientSuppressionTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_group_is_made_left_searched_and_deleted_and_a_bounce_is_listed(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var client = CSharpClientTests.Client(product);
        var group = await AskAsync(client, BaseClient.Method.POST, "asm/groups", """{"name":"News","description":"Monthly"}""");
        var id = group!["id"]!.GetValue<int>().ToString(CultureInfo.InvariantCulture);
        await AskAsync(client, BaseClient.Method.POST, $"asm/groups/{id}/suppressions", """{"recipient_emails":["ada@example.org"]}""");
        Assert.Equal("ada@example.org", (await AskAsync(client, BaseClient.Method.GET, $"asm/groups/{id}/suppressions"))![0]!.ToString());
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@example.org")), "Bounced");

        var bounce = (await AskAsync(client, BaseClient.Method.GET, "suppression/bounces/nobody@example.org"))![0]!;

        Assert.Equal(["created", "email", "reason", "status"], bounce.AsObject().Select(it => it.Key).Order());
        Assert.Equal("5.1.1", bounce["status"]!.ToString());
        await AskAsync(client, BaseClient.Method.DELETE, "suppression/bounces", """{"emails":["nobody@example.org"]}""");
        Assert.Empty((await AskAsync(client, BaseClient.Method.GET, "suppression/bounces"))!.AsArray());
        await AskAsync(client, BaseClient.Method.DELETE, $"asm/groups/{id}");
        Assert.Empty((await AskAsync(client, BaseClient.Method.GET, "asm/groups"))!.AsArray());
    }

    private static async Task<JsonNode?> AskAsync(SendGridClient client, BaseClient.Method method, string path, string? body = null)
    {
        var stop = TestContext.Current.CancellationToken;
        var answer = await client.RequestAsync(method, body, urlPath: path, cancellationToken: stop);
        var text = await answer.Body.ReadAsStringAsync(stop);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
