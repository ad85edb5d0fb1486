using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Tenants;

/// <summary>What a tenant sets for itself.</summary>
public sealed class TenantSettingsTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_is_named_is_set_and_null_goes_back_to_the_default(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var path = await PathAsync(product);

        Assert.Equal(("UTC", null), Read(await product.CallAsync("GET", path, product.LiveKey)));
        var set = """{"time_zone":"Europe/Berlin","keep_events_days":30}""";
        Assert.Equal(("Europe/Berlin", 30), Read(await product.CallAsync("PUT", path, product.LiveKey, set)));
        Assert.Equal(("Europe/Berlin", 31), Read(await product.CallAsync("PUT", path, product.LiveKey, """{"keep_events_days":31}""")));
        Assert.Equal(("UTC", 31), Read(await product.CallAsync("PUT", path, product.LiveKey, """{"time_zone":null}""")));
        Assert.Equal(("UTC", 31), Read(await product.CallAsync("PUT", path, product.LiveKey, "{}")));
        Assert.Equal(("UTC", 31), Read(await product.CallAsync("GET", path, product.LiveKey)));
    }

    [Theory]
    [InlineData("""{"time_zone":"Mars/Olympus"}""", "time_zone")]
    [InlineData("""{"time_zone":"W. Europe Standard Time"}""", "time_zone")]
    [InlineData("""{"time_zone":"../etc/passwd"}""", "time_zone")]
    [InlineData("""{"keep_bodies_days":0}""", "keep_bodies_days")]
    [InlineData("""{"keep_deliveries_days":3651}""", "keep_deliveries_days")]
    [InlineData("""{"keep_events_days":"7"}""", "keep_events_days")]
    [InlineData("""{"timezone":"UTC"}""", "timezone")]
    public async Task What_is_wrong_is_named_and_sets_nothing(string body, string field)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var path = await PathAsync(product);

        var answer = await product.CallAsync("PUT", path, product.LiveKey, body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(field, answer.Json.GetProperty("detail")[0].GetProperty("loc")[1].GetString());
        Assert.Equal(("UTC", null), Read(await product.CallAsync("GET", path, product.LiveKey)));
    }

    private static async Task<string> PathAsync(Product product) =>
        $"/api/admin/tenants/{Ids.Show(Ids.Tenant, await product.TenantIdAsync())}/settings";

    private static (string?, int?) Read(CallAnswer answer)
    {
        Assert.True(answer.Status == 200, answer.Body);
        var (data, days) = (answer.Json.GetProperty("data"), answer.Json.GetProperty("data").GetProperty("keep_events_days"));
        return (data.GetProperty("time_zone").GetString(), days.ValueKind == System.Text.Json.JsonValueKind.Null ? null : days.GetInt32());
    }
}
