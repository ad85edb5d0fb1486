using System.Text.Json;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Keys;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class ApiKeyLife
{
    private static readonly Dictionary<string, string?> ManyKeys = new() { ["RateLimits:ApiKeysPerMinute"] = "1000" };

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_key_is_created_used_renamed_rotated_and_revoked(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1", ManyKeys);

        var created = await product.CallAsync(
            "POST",
            "/v3/api_keys",
            product.LiveKey,
            """{"name":"Shop","scopes":["admin.api_keys","mail.send"]}"""
        );
        Assert.Equal(201, created.Status);
        Assert.Equal(["id", "name", "api_key", "prefix", "environment", "scopes", "created_at", "expires_at"], Names(created.Json));
        var (path, first) = ($"/v3/api_keys/{created.Text("id")}", created.Text("api_key"));
        Assert.Matches("^sg_live_[0-9a-f]{32}$", first);
        Assert.Equal(first[..16], created.Text("prefix"));
        Assert.Equal(["mail.send", "admin.api_keys"], Scopes(await product.CallAsync("GET", "/v3/scopes", first)));

        var read = await product.CallAsync("GET", path, first);
        Assert.Equal(
            ["id", "name", "prefix", "environment", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at"],
            Names(read.Json)
        );
        Assert.DoesNotContain(first, read.Body, StringComparison.Ordinal);

        Assert.Equal("Store", (await product.CallAsync("PATCH", path, first, """{"name":"Store"}""")).Text("name"));
        var replaced = await product.CallAsync("PUT", path, first, """{"name":"Depot","scopes":["admin.api_keys"]}""");
        Assert.Equal(("Depot", "admin.api_keys"), (replaced.Text("name"), Assert.Single(Scopes(replaced))));
        Assert.Equal(403, (await product.CallAsync("POST", "/v3/mail/send", first, "{}")).Status);

        var rotated = await product.CallAsync("POST", path + "/rotate", first);
        Assert.Equal((200, created.Text("id")), (rotated.Status, rotated.Text("id")));
        var second = rotated.Text("api_key");
        Assert.Equal(401, (await product.CallAsync("GET", path, first)).Status);
        Assert.Equal(200, (await product.CallAsync("GET", path, second)).Status);

        Assert.Equal(204, (await product.CallAsync("DELETE", path, second)).Status);
        Assert.Equal(401, (await product.CallAsync("GET", path, second)).Status);
        await IsRevokedAsync(product, path, created.Text("id"));
    }

    private static async Task IsRevokedAsync(Product product, string path, string id)
    {
        Assert.Equal(
            JsonValueKind.String,
            (await product.CallAsync("GET", path, product.LiveKey)).Json.GetProperty("revoked_at").ValueKind
        );
        Assert.DoesNotContain(id, (await product.CallAsync("GET", "/v3/api_keys", product.LiveKey)).Body, StringComparison.Ordinal);
        Assert.Contains(
            id,
            (await product.CallAsync("GET", "/v3/api_keys?include_revoked=true", product.LiveKey)).Body,
            StringComparison.Ordinal
        );
        Assert.Equal(409, (await product.CallAsync("PATCH", path, product.LiveKey, """{"name":"x"}""")).Status);
        Assert.Equal(409, (await product.CallAsync("POST", path + "/rotate", product.LiveKey)).Status);
        Assert.Equal(204, (await product.CallAsync("DELETE", path, product.LiveKey)).Status);
        Assert.Equal(404, (await product.CallAsync("GET", "/sendgrid" + path, product.LiveKey)).Status);
    }

    [Fact]
    public async Task SendGrids_dialect_has_its_shapes_and_words()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1", ManyKeys);
        const string keys = "/sendgrid/v3/api_keys";
        // Later than the seeded ones, so the first in the list.
        product.Clock.Advance(TimeSpan.FromSeconds(1));

        var created = await product.CallAsync("POST", keys, product.LiveKey, """{"name":"Shop"}""");
        Assert.Equal((201, "api_key api_key_id name scopes"), (created.Status, string.Join(' ', Names(created.Json))));
        Assert.Equal(Api.Authentication.Scopes.All, Scopes(created));
        var path = $"{keys}/{created.Text("api_key_id")}";
        Assert.Equal(["api_key_id", "name", "scopes"], Names((await product.CallAsync("GET", path, product.LiveKey)).Json));
        var renamed = await product.CallAsync("PATCH", path, product.LiveKey, """{"name":"Store"}""");
        Assert.Equal($$"""{"api_key_id":"{{created.Text("api_key_id")}}","name":"Store"}""", renamed.Body);
        var replaced = await product.CallAsync("PUT", path, product.LiveKey, """{"name":"Depot","scopes":["mail.send"]}""");
        Assert.Equal($$"""{"api_key_id":"{{created.Text("api_key_id")}}","name":"Depot","scopes":["mail.send"]}""", replaced.Body);
        var list = await product.CallAsync("GET", keys + "?limit=1", product.LiveKey);
        Assert.Equal($$"""{"result":[{"name":"Depot","api_key_id":"{{created.Text("api_key_id")}}"}]}""", list.Body);
        Assert.Equal(204, (await product.CallAsync("DELETE", path, product.LiveKey)).Status);

        Assert.Equal("unable to find API Key", await ErrorAsync("GET", path, 404));
        Assert.Equal("unable to find API Key to update", await ErrorAsync("PUT", path, 404, """{"name":"x"}"""));
        Assert.Equal("unable to find API Key for deletion", await ErrorAsync("DELETE", path, 404));
        Assert.Equal("missing required argument", await ErrorAsync("POST", keys, 400, "{}"));
        Assert.Equal("Unknown scope: mail.fly", await ErrorAsync("POST", keys, 400, """{"name":"x","scopes":["mail.fly"]}"""));

        async Task<string?> ErrorAsync(string method, string at, int status, string? body = null)
        {
            var answer = await product.CallAsync(method, at, product.LiveKey, body);
            Assert.Equal(status, answer.Status);
            return answer.Json.GetProperty("errors")[0].GetProperty("message").GetString();
        }
    }

    [Theory]
    [InlineData("""{}""", 422, "Field required")]
    [InlineData("""{"name":""}""", 422, "must have at least 1 characters")]
    [InlineData("""{"name":1}""", 422, "must be a string")]
    [InlineData("""{"name":"x","environment":"staging"}""", 422, "must be one of live, test")]
    [InlineData("""{"name":"x","scopes":"mail.send"}""", 422, "must be an array of strings")]
    [InlineData("""{"name":"x","expires_at":"2020-01-01T00:00:00Z"}""", 422, "must be in the future")]
    [InlineData("""{"name":"x","expires_at":"soon"}""", 422, "must be a moment in ISO 8601")]
    [InlineData("""{"name":"x","scopes":["mail.send","mail.fly"]}""", 400, "Unknown scope: mail.fly")]
    [InlineData("""{"name":"x","scopes":["mail.send"]}""", 403, "Missing required scope: mail.send")]
    public async Task A_wrong_key_is_refused_and_not_stored(string body, int status, string text)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var weak = await product.AddKeyAsync(await product.TenantIdAsync(), ["admin.api_keys", "stats.read"]);
        var before = await product.CallAsync("GET", "/v3/api_keys", weak);

        var answer = await product.CallAsync("POST", "/v3/api_keys", weak, body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(text, answer.Body, StringComparison.Ordinal);
        Assert.Equal(before.Body, (await product.CallAsync("GET", "/v3/api_keys", weak)).Body);
    }

    [Fact]
    public async Task Nobody_reaches_further_than_its_own_key()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1", ManyKeys);
        var tenantId = await product.TenantIdAsync();
        var weak = await product.AddKeyAsync(tenantId, ["admin.api_keys"]);
        var test = await product.AddKeyAsync(tenantId, Api.Authentication.Scopes.All, isTest: true);
        var strong = (
            await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"Strong","scopes":["mail.send"]}""")
        ).Text("id");
        var harmless = (await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"Harmless"}""")).Text("id");

        foreach (var prefix in new[] { "", "/sendgrid" })
        {
            Assert.Equal(403, await StatusAsync(weak, "PATCH", $"{prefix}/v3/api_keys/{strong}", """{"name":"x"}"""));
            Assert.Equal(403, await StatusAsync(weak, "PUT", $"{prefix}/v3/api_keys/{strong}", """{"name":"x","scopes":[]}"""));
            Assert.Equal(
                403,
                await StatusAsync(weak, "PUT", $"{prefix}/v3/api_keys/{harmless}", """{"name":"x","scopes":["mail.send"]}""")
            );
            Assert.Equal(403, await StatusAsync(test, "PATCH", $"{prefix}/v3/api_keys/{harmless}", """{"name":"x"}"""));
            Assert.Equal(403, await StatusAsync(test, "DELETE", $"{prefix}/v3/api_keys/{harmless}"));
            Assert.Equal(403, await StatusAsync(test, "POST", $"{prefix}/v3/api_keys", """{"name":"x","environment":"live"}"""));
        }
        Assert.Equal(403, await StatusAsync(weak, "POST", $"/v3/api_keys/{strong}/rotate"));
        Assert.Equal(403, await StatusAsync(test, "POST", $"/v3/api_keys/{harmless}/rotate"));

        Assert.Equal(201, await StatusAsync(test, "POST", "/sendgrid/v3/api_keys", """{"name":"x"}"""));
        Assert.Equal(200, await StatusAsync(weak, "POST", $"/v3/api_keys/{harmless}/rotate"));
        Assert.Equal(204, await StatusAsync(weak, "DELETE", $"/v3/api_keys/{strong}"));

        async Task<int> StatusAsync(string key, string method, string path, string? body = null) =>
            (await product.CallAsync(method, path, key, body)).Status;
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_tenant_has_at_most_100_keys_however_many_ask_at_once(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1", ManyKeys);
        const int seeded = 2;

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 110).Select(_ => product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"x"}"""))
        );

        Assert.Equal(StoredKeys.MaxKeys - seeded, answers.Count(a => a.Status == 201));
        Assert.All(
            answers.Where(a => a.Status != 201),
            a => Assert.Equal((403, """{"detail":"Cannot create more than 100 API Keys"}"""), (a.Status, a.Body))
        );
        // A revoked key makes room.
        Assert.Equal(
            204,
            (await product.CallAsync("DELETE", $"/v3/api_keys/{answers.First(a => a.Status == 201).Text("id")}", product.LiveKey)).Status
        );
        Assert.Equal(201, (await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"x"}""")).Status);
    }

    [Fact]
    public async Task A_key_ends_exactly_when_it_expires()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, "127.0.0.1:1");
        var end = product.Clock.GetUtcNow().AddSeconds(10);
        var created = await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, $$"""{"name":"x","expires_at":"{{end:O}}"}""");

        product.Clock.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(200, (await product.CallAsync("GET", "/v3/scopes", created.Text("api_key"))).Status);
        product.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/scopes", created.Text("api_key"))).Status);
    }

    [Fact]
    public async Task What_happens_to_a_key_on_one_node_is_known_on_another_within_a_second()
    {
        await using var product = await Product.StartAsync(Stack.MariaDb, "127.0.0.1:1", ManyKeys);
        using var other = await product.ServeAlsoAsync();
        var created = await product.CallAsync("POST", "/v3/api_keys", product.LiveKey, """{"name":"x","scopes":["stats.read"]}""");
        var path = $"/v3/api_keys/{created.Text("id")}";
        var first = created.Text("api_key");
        Assert.Equal(["stats.read"], Scopes(await other.CallAsync("GET", "/v3/scopes", first)));

        await product.CallAsync("PUT", path, product.LiveKey, """{"name":"x","scopes":["mail.send"]}""");
        Assert.Equal(["mail.send"], Scopes(await product.CallAsync("GET", "/v3/scopes", first)));
        product.Clock.Advance(Api.Authentication.ApiKeys.KeepFor);
        Assert.Equal(["mail.send"], Scopes(await other.CallAsync("GET", "/v3/scopes", first)));

        var second = (await product.CallAsync("POST", path + "/rotate", product.LiveKey)).Text("api_key");
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/scopes", first)).Status);
        product.Clock.Advance(Api.Authentication.ApiKeys.KeepFor);
        Assert.Equal(401, (await other.CallAsync("GET", "/v3/scopes", first)).Status);
        Assert.Equal(200, (await other.CallAsync("GET", "/v3/scopes", second)).Status);

        await product.CallAsync("DELETE", path, product.LiveKey);
        Assert.Equal(401, (await product.CallAsync("GET", "/v3/scopes", second)).Status);
        product.Clock.Advance(Api.Authentication.ApiKeys.KeepFor);
        Assert.Equal(401, (await other.CallAsync("GET", "/v3/scopes", second)).Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_last_use_of_each_key_is_written_down_in_batches(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1");
        var used = product.Clock.GetUtcNow();
        await product.CallAsync("GET", "/v3/scopes", product.LiveKey);
        await product.CallAsync("GET", "/v3/scopes", product.TestKey);
        Assert.Equal([null, null], await product.LastUsesAsync());

        product.Clock.Advance(WriteKeyUses.Interval);
        for (var patience = 0; patience < 400 && (await product.LastUsesAsync()).Contains(null); patience++)
            await Task.Delay(25, TestContext.Current.CancellationToken);
        Assert.Equal([used, used], await product.LastUsesAsync());

        // The rest is written when the process stops.
        await product.CallAsync("GET", "/v3/scopes", product.TestKey);
        await product.StopRolesAsync();
        await product.StartRolesAsync();
        Assert.Equal([used, used + WriteKeyUses.Interval], await product.LastUsesAsync());
        var shown = await product.CallAsync("GET", "/v3/api_keys", product.LiveKey);
        Assert.All(
            shown.Json.GetProperty("api_keys").EnumerateArray(),
            k => Assert.Equal(JsonValueKind.String, k.GetProperty("last_used_at").ValueKind)
        );
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(p => p.Name);

    private static IReadOnlyList<string?> Scopes(CallAnswer answer) =>
        [.. answer.Json.GetProperty("scopes").EnumerateArray().Select(s => s.GetString())];
}
