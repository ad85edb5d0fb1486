using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;
using SendGrid;
using SendGrid.Helpers.Errors.Model;
using SendGrid.Helpers.Mail;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>API keys and scopes with SendGrid's C# client.</summary>
public sealed class ClientKeyTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_key_is_created_used_changed_and_revoked(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        var client = CSharpClientTests.Client(product);
        var made = await AskAsync(client, BaseClient.Method.POST, "api_keys", """{"name":"Shop","scopes":["mail.send"]}""");
        var (id, own) = (made["api_key_id"]!.ToString(), CSharpClientTests.Client(product, key: made["api_key"]!.ToString()));
        Assert.Equal(["mail.send"], Scopes(await AskAsync(own, BaseClient.Method.GET, "scopes")));
        var message = MailHelper.CreateSingleEmail(new("hello@example.test"), new("ada@example.org"), "S", "T", null);
        await own.SendEmailAsync(message, Stop);
        await Assert.ThrowsAsync<ForbiddenException>(() => AskAsync(own, BaseClient.Method.GET, "api_keys"));

        await AskAsync(client, BaseClient.Method.PATCH, $"api_keys/{id}", """{"name":"Other"}""");
        Assert.Equal("Other", (await AskAsync(client, BaseClient.Method.GET, $"api_keys/{id}"))["name"]!.ToString());
        await AskAsync(client, BaseClient.Method.PUT, $"api_keys/{id}", """{"name":"Third","scopes":["stats.read"]}""");
        Assert.Equal(["stats.read"], Scopes(await AskAsync(client, BaseClient.Method.GET, $"api_keys/{id}")));
        Assert.Contains(
            (await AskAsync(client, BaseClient.Method.GET, "api_keys"))["result"]!.AsArray(),
            it => it!["api_key_id"]!.ToString() == id
        );

        await client.RequestAsync(BaseClient.Method.DELETE, urlPath: $"api_keys/{id}", cancellationToken: Stop);
        await Assert.ThrowsAsync<NotFoundException>(() => AskAsync(client, BaseClient.Method.GET, $"api_keys/{id}"));
        product.Clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<UnauthorizedException>(() => own.SendEmailAsync(message, Stop));
    }

    private static string[] Scopes(JsonNode answer) => [.. answer["scopes"]!.AsArray().Select(it => it!.ToString())];

    private static async Task<JsonNode> AskAsync(SendGridClient client, BaseClient.Method method, string path, string? body = null)
    {
        var answer = await client.RequestAsync(method, body, urlPath: path, cancellationToken: Stop);
        return JsonNode.Parse(await answer.Body.ReadAsStringAsync(Stop))!;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
