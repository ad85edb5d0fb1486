using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;
using SendGrid;
using SendGrid.Helpers.Errors.Model;
using SendGrid.Helpers.EventWebhook;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>The event webhook with SendGrid's C# client, and its posts with SendGrid's verifier.</summary>
public sealed class ClientWebhookTests
{
    private static readonly string[] Switches =
    [
        "group_resubscribe",
        "delivered",
        "group_unsubscribe",
        "spam_report",
        "bounce",
        "deferred",
        "unsubscribe",
        "processed",
        "open",
        "click",
        "dropped",
    ];

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task An_event_webhook_is_made_signed_told_changed_and_deleted(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        var client = CSharpClientTests.Client(product);
        var settings = new JsonObject
        {
            ["enabled"] = true,
            ["url"] = catcher.Url,
            ["friendly_name"] = "Shop",
        };
        foreach (var name in Switches)
            settings[name] = name is "delivered" or "processed";

        var made = await AskAsync(client, BaseClient.Method.POST, "user/webhooks/event/settings", settings);
        foreach (var (name, value) in settings)
            Assert.True(JsonNode.DeepEquals(value, made[name]), name);
        Assert.False(made.ContainsKey("public_key"));
        var path = $"user/webhooks/event/settings/{made["id"]}";
        var signed = await AskAsync(
            client,
            BaseClient.Method.PATCH,
            $"user/webhooks/event/settings/signed/{made["id"]}",
            new() { ["enabled"] = true }
        );
        Assert.Equal(made["id"]!.ToString(), signed["id"]!.ToString());
        var key = signed["public_key"]!.ToString();
        Assert.Equal(key, (await AskAsync(client, BaseClient.Method.GET, path))["public_key"]!.ToString());

        await product.SendAsync(Some.To("ada@example.org"));
        var events = await catcher.CaughtEvents(2);
        Assert.Equal(["delivered", "processed"], events.Select(e => e.GetProperty("event").GetString()).Order());
        Assert.All(catcher.Posts, post => Assert.True(IsGenuine(post, key)));
        Assert.All(catcher.Posts, post => Assert.False(IsGenuine(post with { Body = [.. post.Body, (byte)' '] }, key)));

        var all = await AskAsync(client, BaseClient.Method.GET, "user/webhooks/event/settings/all");
        Assert.Equal(made["id"]!.ToString(), Assert.Single(all["webhooks"]!.AsArray())!["id"]!.ToString());
        await AskAsync(client, BaseClient.Method.PATCH, path, new() { ["url"] = catcher.Url, ["delivered"] = false });
        var changed = await AskAsync(client, BaseClient.Method.GET, path);
        Assert.Equal(("false", "true"), (changed["delivered"]!.ToJsonString(), changed["processed"]!.ToJsonString()));

        await client.RequestAsync(BaseClient.Method.DELETE, urlPath: path, cancellationToken: Stop);
        var gone = await Assert.ThrowsAsync<NotFoundException>(() => AskAsync(client, BaseClient.Method.GET, path));
        Assert.Contains("Invalid id provided.", gone.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/sendgrid")]
    public async Task A_test_posts_one_event_of_each_of_the_eleven_kinds(string prefix)
    {
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Webhooks.Reachable(), roles: Cli.Roles.Role.Serve);
        var path = $"{prefix}/v3/user/webhooks/event";
        var url = $$"""{"url":"{{catcher.Url}}"}""";

        Assert.Equal(204, (await product.CallAsync("POST", path + "/test", product.LiveKey, url)).Status);
        var post = Assert.Single(catcher.Posts);
        Assert.False(post.Headers.ContainsKey("X-Twilio-Email-Event-Webhook-Signature"));
        string[] kinds = [.. Switches.Select(name => name == "spam_report" ? "spamreport" : name)];
        Assert.Equal(kinds.Order(), post.Events.Select(e => e.GetProperty("event").GetString()!).Order());
        foreach (var one in post.Events)
        {
            Assert.Equal("example@test.com", one.GetProperty("email").GetString());
            Assert.Equal(product.Clock.GetUtcNow().ToUnixTimeSeconds(), one.GetProperty("timestamp").GetInt64());
            Assert.Equal("[\"cat facts\"]", one.GetProperty("category").GetRawText());
            Assert.NotEmpty(one.GetProperty("sg_event_id").GetString()!);
            Assert.NotEmpty(one.GetProperty("sg_message_id").GetString()!);
        }
        Assert.Equal(11, post.Events.DistinctBy(e => e.GetProperty("sg_event_id").GetString()).Count());
        Assert.StartsWith("[{", post.Text, StringComparison.Ordinal);
        Assert.EndsWith("}]\r\n", post.Text, StringComparison.Ordinal);

        // Of a webhook that there is, by its id or its URL, it is signed, and in the log.
        var made = await product.CallAsync("POST", path + "/settings", product.LiveKey, url);
        var id = made.Text("id");
        var key = (await product.CallAsync("PATCH", $"{path}/settings/signed", product.LiveKey, """{"enabled":true}""")).Text("public_key");
        Assert.Equal(204, (await product.CallAsync("POST", path + "/test", product.LiveKey, url)).Status);
        Assert.Equal(204, (await product.CallAsync("POST", path + "/test", product.LiveKey, $$"""{"id":"{{id}}"}""")).Status);
        Assert.All(catcher.Posts.Skip(1), it => Assert.True(IsGenuine(it, key)));
        var log = await product.CallAsync("GET", $"/v3/user/webhooks/{id}/deliveries", product.LiveKey);
        Assert.Equal(2, log.Json.GetProperty("deliveries").GetArrayLength());

        catcher.AnswerWith(500);
        Assert.Equal(204, (await product.CallAsync("POST", path + "/test", product.LiveKey, url)).Status);
        Assert.Equal(404, (await product.CallAsync("POST", path + "/test", product.LiveKey, """{"id":"wh_1"}""")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/sendgrid")]
    public async Task Older_clients_know_one_webhook_and_no_ids(string prefix)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Webhooks.Reachable(), roles: Cli.Roles.Role.Serve);
        var path = $"{prefix}/v3/user/webhooks/event/settings";
        var none = await CallAsync("GET", path);
        Assert.Equal((200, "", false), (none.Status, none.Text("url"), none.Json.GetProperty("enabled").GetBoolean()));
        Assert.All(Switches, name => Assert.False(none.Json.GetProperty(name).GetBoolean()));
        Assert.Equal("", (await CallAsync("GET", path + "/signed")).Text("public_key"));
        Assert.Equal(404, (await CallAsync("PATCH", path + "/signed", """{"enabled":true}""")).Status);

        var made = await CallAsync("PATCH", path, """{"enabled":true,"url":"http://127.0.0.1:1/","bounce":true}""");
        Assert.Equal((200, true), (made.Status, made.Json.GetProperty("bounce").GetBoolean()));
        var changed = await CallAsync("PATCH", path, """{"open":true}""");
        Assert.Equal(made.Text("id"), changed.Text("id"));
        Assert.Equal(["bounce", "open"], Switches.Where(name => changed.Json.GetProperty(name).GetBoolean()).Order());
        Assert.Equal(changed.Body, (await CallAsync("GET", path)).Body);
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(201, (await CallAsync("POST", path, """{"url":"http://127.0.0.1:1/second"}""")).Status);
        Assert.Equal(changed.Body, (await CallAsync("GET", path)).Body);

        var signed = await CallAsync("PATCH", path + "/signed", """{"enabled":true}""");
        Assert.Equal(signed.Body, (await CallAsync("PATCH", path + "/signed", """{"enabled":true}""")).Body);
        Assert.Equal(signed.Body, (await CallAsync("GET", path + "/signed")).Body);
        Assert.Equal("", (await CallAsync("PATCH", path + "/signed", """{"enabled":false}""")).Text("public_key"));
        var anew = await CallAsync("PATCH", path + "/signed", """{"enabled":true}""");
        Assert.NotEqual(signed.Text("public_key"), anew.Text("public_key"));

        Task<CallAnswer> CallAsync(string method, string at, string? body = null) => product.CallAsync(method, at, product.LiveKey, body);
    }

    [Fact]
    public async Task A_url_is_taken_once_and_the_refusal_is_in_SendGrids_words()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, settings: Webhooks.Reachable(), roles: Cli.Roles.Role.Serve);
        const string path = "/sendgrid/v3/user/webhooks/event/settings";
        const string first = """{"url":"http://127.0.0.1:1/"}""";
        Assert.Equal(201, (await product.CallAsync("POST", path, product.LiveKey, first)).Status);
        var second = await product.CallAsync("POST", path, product.LiveKey, """{"url":"http://127.0.0.1:1/second"}""");

        Assert.Equal("Webhook at 'http://127.0.0.1:1/' already exists. Please provide a unique URL.", await ErrorAsync("POST", path));
        Assert.Equal(
            "Webhook at 'http://127.0.0.1:1/' already exists. Please provide a unique URL.",
            await ErrorAsync("PATCH", $"{path}/{second.Text("id")}")
        );
        Assert.Equal(
            "http://127.0.0.1:1/second",
            (await product.CallAsync("GET", $"{path}/{second.Text("id")}", product.LiveKey)).Text("url")
        );

        async Task<string?> ErrorAsync(string method, string at)
        {
            var answer = await product.CallAsync(method, at, product.LiveKey, first);
            Assert.Equal(400, answer.Status);
            return answer.Json.GetProperty("errors")[0].GetProperty("message").GetString();
        }
    }

    private static bool IsGenuine(CaughtPost post, string publicKey)
    {
        var verifier = new RequestValidator();
        return verifier.VerifySignature(
            verifier.ConvertPublicKeyToECDSA(publicKey),
            post.Text,
            post.Headers[RequestValidator.SIGNATURE_HEADER],
            post.Headers[RequestValidator.TIMESTAMP_HEADER]
        );
    }

    private static async Task<JsonObject> AskAsync(SendGridClient client, BaseClient.Method method, string path, JsonObject? body = null)
    {
        var answer = await client.RequestAsync(method, body?.ToJsonString(), urlPath: path, cancellationToken: Stop);
        return JsonNode.Parse(await answer.Body.ReadAsStringAsync(Stop))!.AsObject();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
