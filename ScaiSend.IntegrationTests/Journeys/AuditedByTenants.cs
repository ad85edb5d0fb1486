using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Login;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What tenants change about who may send for them and who is told, as it stands in the audit log.</summary>
public sealed class AuditedByTenants
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Each_change_of_an_API_key_is_written_down_without_the_key(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        var made = await DoAsync("POST", "/v3/api_keys", """{"name":"shop","scopes":["mail.send"],"environment":"live"}""");
        var id = made.Text("id");
        await ExpectAsync("key_add", "null", """{"name":"shop","scopes":["mail.send"]}""");
        await DoAsync("PUT", $"/v3/api_keys/{id}", """{"name":"shop","scopes":["mail.send","stats.read"]}""");
        await ExpectAsync(
            "key_change",
            """{"name":"shop","scopes":["mail.send"]}""",
            """{"name":"shop","scopes":["mail.send","stats.read"]}"""
        );
        var rotated = await DoAsync("POST", $"/v3/api_keys/{id}/rotate", null);
        await ExpectAsync("key_rotate", $$"""{"prefix":"{{Prefix(made)}}"}""", $$"""{"prefix":"{{Prefix(rotated)}}"}""");
        await DoAsync("DELETE", $"/v3/api_keys/{id}", null);
        await ExpectAsync("key_revoke", """{"name":"shop","scopes":["mail.send","stats.read"]}""", "null");
        // What was refused has not happened.
        Assert.Equal(409, (await world.Product.CallAsync("PATCH", $"/v3/api_keys/{id}", world.Product.LiveKey, """{"name":"x"}""")).Status);
        Assert.Equal("key_revoke", (await world.LastEntryAsync("default")).GetProperty("action").GetString());

        var log = (await world.DoAsync("operator", "GET", "/api/admin/audit?tenant={default}&limit=500")).Body;
        foreach (var answer in (CallAnswer[])[made, rotated])
            Assert.DoesNotContain(answer.Text("api_key"), log, StringComparison.Ordinal);

        async Task<CallAnswer> DoAsync(string method, string path, string? body) => await CallAsync(world, method, path, body);
        Task ExpectAsync(string action, string before, string after) => CheckAsync(world, action, before, after);
        static string Prefix(CallAnswer answer) => answer.Text("api_key")[..16];
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Each_change_of_a_webhook_is_written_down_without_what_is_secret_in_it(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        const string secretUrl = "https://hooks.example.org/in/hush-path?token=hush-query";
        var made = await CallAsync(world, "POST", "/v3/user/webhooks", $$"""{"url":"{{secretUrl}}","enabled_events":["delivered"]}""");
        var id = made.Text("id");
        await ActionAsync("webhook_add");
        await CallAsync(world, "PATCH", $"/v3/user/webhooks/{id}", """{"enabled_events":["bounce"]}""");
        var changed = await ActionAsync("webhook_change");
        Assert.Equal("delivered", changed.GetProperty("before").GetProperty("events").GetString());
        Assert.Equal("bounce", changed.GetProperty("after").GetProperty("events").GetString());
        Assert.Equal("hooks.example.org", changed.GetProperty("after").GetProperty("host").GetString());
        await CallAsync(world, "PATCH", $"/v3/user/webhooks/{id}", """{"url":"https://hooks.example.org/elsewhere"}""");
        var moved = await ActionAsync("webhook_change");
        Assert.NotEqual(
            moved.GetProperty("before").GetProperty("url_hash").GetString(),
            moved.GetProperty("after").GetProperty("url_hash").GetString()
        );
        var rotated = await CallAsync(world, "POST", $"/v3/user/webhooks/{id}/signing_secret", "{}");
        await ActionAsync("webhook_secret");
        await CallAsync(world, "DELETE", $"/v3/user/webhooks/{id}", null);
        await ActionAsync("webhook_delete");

        var settings = await CallAsync(
            world,
            "POST",
            "/v3/user/webhooks/event/settings",
            $$"""{"enabled":true,"url":"{{secretUrl}}","delivered":true}"""
        );
        await ActionAsync("webhook_add");
        await CallAsync(world, "PATCH", $"/v3/user/webhooks/event/settings/signed/{settings.Text("id")}", """{"enabled":true}""");
        await ActionAsync("webhook_secret");

        var log = (await world.DoAsync("operator", "GET", "/api/admin/audit?tenant={default}&limit=500")).Body;
        Assert.DoesNotContain("hush", log, StringComparison.Ordinal);
        foreach (var answer in (CallAnswer[])[made, rotated])
            Assert.DoesNotContain(answer.Text("signing_secret"), log, StringComparison.Ordinal);

        async Task<JsonElement> ActionAsync(string action)
        {
            var entry = await world.LastEntryAsync("default");
            Assert.Equal(action, entry.GetProperty("action").GetString());
            return entry;
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Of_many_that_want_the_same_short_name_at_once_one_gets_it(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        foreach (var path in (string[])["/api/admin/tenants", "/api/admin/partners"])
        {
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(_ => world.CallAsync("operator", "POST", path, new { name = "Same", slug = "same" }))
            );

            Assert.Equal([201, .. Enumerable.Repeat(409, 11)], answers.Select(a => a.Status).Order());
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Who_is_shut_out_must_log_in_anew_when_he_is_let_in_again(Stack stack)
    {
        await using var world = await AdminWorld.StartAsync(stack);
        var product = world.Product;
        var ada = await product.AddPersonAsync("ada@example.org", roles: "viewer");
        var grants = product.Services.GetRequiredService<LoginGrants>();
        var token = await grants.NewRefreshAsync(ada.Id, Contracts.Ids.New(product.Clock), await product.TenantIdAsync(), Stop);
        Assert.NotNull(await grants.FindRefreshAsync(token, Stop));
        world.Names["ada"] = Contracts.Ids.Show(Contracts.Ids.User, ada.Id);

        await world.DoAsync(
            "operator",
            "PATCH",
            "/api/admin/users/{ada}?tenant={default}",
            new { is_active = false, reason = "Lost laptop" }
        );
        await world.DoAsync("operator", "PATCH", "/api/admin/users/{ada}?tenant={default}", new { is_active = true, reason = "Found" });

        Assert.Null(await grants.FindRefreshAsync(token, Stop));
    }

    private static async Task<CallAnswer> CallAsync(AdminWorld world, string method, string path, string? body)
    {
        // The log is in the order of time, and the clock stands.
        world.Product.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var answer = await world.Product.CallAsync(method, path, world.Product.LiveKey, body);
        Assert.True(answer.Status is >= 200 and < 300, $"{method} {path}: {answer.Status} {answer.Body}");
        return answer;
    }

    private static async Task CheckAsync(AdminWorld world, string action, string before, string after)
    {
        var entry = await world.LastEntryAsync("default");
        Assert.Equal((action, "api", ""), (Text("action"), Text("via"), Text("reason")));
        Assert.StartsWith("key_", Text("actor"), StringComparison.Ordinal);
        foreach (var (name, expected) in ((string, string)[])[("before", before), ("after", after)])
        {
            using var wanted = JsonDocument.Parse(expected);
            Assert.True(
                JsonElement.DeepEquals(wanted.RootElement, entry.GetProperty(name)),
                $"{name}: {entry.GetProperty(name)} instead of {expected}"
            );
        }

        string? Text(string name) => entry.GetProperty(name).GetString();
    }
}
