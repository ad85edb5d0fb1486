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

    private static readonly (string Body, string Field)[] Wrong =
    [
        ("""{"time_zone":"Mars/Olympus"}""", "time_zone"),
        ("""{"time_zone":"W. Europe Standard Time"}""", "time_zone"),
        ("""{"time_zone":"../etc/passwd"}""", "time_zone"),
        ("""{"keep_bodies_days":0}""", "keep_bodies_days"),
        ("""{"keep_deliveries_days":3651}""", "keep_deliveries_days"),
        ("""{"keep_events_days":"7"}""", "keep_events_days"),
        ("""{"timezone":"UTC"}""", "timezone"),
    ];

    [Fact]
    public async Task What_is_wrong_is_named_and_sets_nothing()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var path = await PathAsync(product);
        foreach (var (body, field) in Wrong)
        {
            var answer = await product.CallAsync("PUT", path, product.LiveKey, body);

            Assert.True(answer.Status == 422, $"{body}: {answer.Status} {answer.Body}");
            Assert.Equal(field, answer.Json.GetProperty("detail")[0].GetProperty("loc")[1].GetString());
        }
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
