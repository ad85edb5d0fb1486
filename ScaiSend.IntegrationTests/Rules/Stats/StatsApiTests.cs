using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Stats;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Processing.Stats;

namespace ScaiSend.IntegrationTests.Rules.Stats;

/// <summary>The numbers over HTTP, in both dialects.</summary>
public sealed class StatsApiTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Numbers_come_in_each_dialects_shape_with_a_line_for_every_period(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var tenantId = await product.TenantIdAsync();
        await SomeMailAsync(product, tenantId);

        var days = (await Ask(product, "/v3/stats?start_date=2026-04-30&end_date=2026-05-03")).GetProperty("stats");
        Assert.Equal(["2026-04-30", "2026-05-01", "2026-05-02", "2026-05-03"], days.EnumerateArray().Select(d => Text(d, "date")));
        Assert.Equal([0, 2, 0, 1], days.EnumerateArray().Select(d => Number(d.GetProperty("metrics"), "requests")));
        // Blocks are bounces in the documents, and are told apart at SendGrid.
        Assert.Equal(2, Number(days[1].GetProperty("metrics"), "bounces"));
        Assert.Equal(20, days[0].GetProperty("metrics").EnumerateObject().Count());
        var theirs = await Ask(product, "/sendgrid/v3/stats?start_date=2026-04-30&end_date=2026-05-03&limit=2&offset=1");
        Assert.Equal(["2026-05-01", "2026-05-02"], theirs.EnumerateArray().Select(d => Text(d, "date")));
        var metrics = Assert.Single(theirs[0].GetProperty("stats").EnumerateArray()).GetProperty("metrics");
        Assert.Equal((1, 1, 16), (Number(metrics, "bounces"), Number(metrics, "blocks"), metrics.EnumerateObject().Count()));

        var weeks = (await Ask(product, "/v3/stats?start_date=2026-04-30&end_date=2026-05-04&aggregated_by=week")).GetProperty("stats");
        Assert.Equal(["2026-04-27", "2026-05-04"], weeks.EnumerateArray().Select(d => Text(d, "date")));
        Assert.Equal(3, Number(weeks[0].GetProperty("metrics"), "requests"));
        var months = (await Ask(product, "/v3/stats?start_date=2026-04-30&end_date=2026-05-02&aggregated_by=month")).GetProperty("stats");
        Assert.Equal(["2026-04-01", "2026-05-01"], months.EnumerateArray().Select(d => Text(d, "date")));
        // Only days that were asked for.
        Assert.Equal(2, Number(months[1].GetProperty("metrics"), "requests"));

        Assert.Equal(3, Number(await Ask(product, "/v3/stats/sum?start_date=2026-05-01"), "requests"));
        var summary = await Ask(product, "/v3/stats/summary?start_date=2026-05-01&end_date=2026-05-03");
        Assert.Equal("total_messages", summary.EnumerateObject().First().Name);
        Assert.Equal((10, 3, 2), (summary.EnumerateObject().Count(), Number(summary, "total_messages"), Number(summary, "bounced")));
        Assert.Equal(0.3333, summary.GetProperty("delivery_rate").GetDouble());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Numbers_are_told_apart_by_what_mail_has_in_common(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        await SomeMailAsync(product, await product.TenantIdAsync());
        const string Range = "start_date=2026-05-01&end_date=2026-05-03";

        var ours = await Ask(product, $"/v3/stats/categories?{Range}");
        Assert.Equal(["News", "news"], ours[1].GetProperty("stats").EnumerateArray().Select(s => Text(s, "category")));
        Assert.Equal(1, (await Ask(product, $"/v3/stats/categories?{Range}&categories=news"))[0].GetProperty("stats").GetArrayLength());
        foreach (var query in (string[])["categories=news&categories=gone", "categories%5B%5D=news&categories%5B%5D=gone"])
        {
            var stats = (await Ask(product, $"/sendgrid/v3/categories/stats?{Range}&{query}"))[0].GetProperty("stats");
            Assert.Equal(["news", "gone"], stats.EnumerateArray().Select(s => Text(s, "name")));
            Assert.Equal([1, 0], stats.EnumerateArray().Select(s => Number(s.GetProperty("metrics"), "requests")));
            Assert.Equal("category", Text(stats[0], "type"));
        }
        Assert.Equal(["News", "news"], (await Ask(product, "/v3/categories")).EnumerateArray().Select(c => Text(c, "category")));
        Assert.Equal(
            ["news"],
            (await Ask(product, "/sendgrid/v3/categories?category=ne&limit=1")).EnumerateArray().Select(c => Text(c, "category"))
        );
        Assert.Equal(["news"], (await Ask(product, "/sendgrid/v3/categories?offset=1")).EnumerateArray().Select(c => Text(c, "category")));

        var best = await Ask(product, $"/sendgrid/v3/categories/stats/sums?{Range}&sort_by_metric=bounces");
        Assert.Equal("2026-05-01", Text(best, "date"));
        Assert.Equal(["news", "News"], best.GetProperty("stats").EnumerateArray().Select(s => Text(s, "name")));
        var worst = await Ask(product, $"/sendgrid/v3/categories/stats/sums?{Range}&sort_by_metric=bounces&sort_by_direction=asc&limit=1");
        Assert.Equal("News", Text(Assert.Single(worst.GetProperty("stats").EnumerateArray()), "name"));

        Assert.Equal(["Gmail", "Other"], await NamesAsync(product, $"/sendgrid/v3/mailbox_providers/stats?{Range}"));
        Assert.Equal(["Gmail"], await NamesAsync(product, $"/sendgrid/v3/mailbox_providers/stats?{Range}&mailbox_providers=Gmail"));
        Assert.Equal(["Chrome"], await NamesAsync(product, $"/sendgrid/v3/browsers/stats?{Range}"));
        Assert.Equal(["iPhone"], await NamesAsync(product, $"/sendgrid/v3/clients/stats?{Range}"));
        Assert.Equal(["iPhone"], await NamesAsync(product, $"/sendgrid/v3/clients/phone/stats?{Range}"));
        Assert.Empty(await NamesAsync(product, $"/sendgrid/v3/clients/desktop/stats?{Range}"));
        Assert.Equal(["Phone"], await NamesAsync(product, $"/sendgrid/v3/devices/stats?{Range}"));
        Assert.Empty(await NamesAsync(product, $"/sendgrid/v3/geo/stats?{Range}&country=US"));
        var device = (await Ask(product, $"/v3/devices/stats?{Range}"))[2].GetProperty("stats")[0].GetProperty("metrics");
        Assert.Equal("""{"opens":2,"unique_opens":1}""", device.GetRawText());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Of_more_categories_than_an_answer_has_room_for_the_busiest_are_shown(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var tenantId = await product.TenantIdAsync();
        var traffic = new Traffic(product, 3);
        // The first has one request, all others two.
        var names = Enumerable.Range(0, StatsEndpoints.MaxUnnamed + 1).Select(i => $"c{i:000}").ToArray();
        var at = At("2026-05-01T12:00Z");
        await traffic.AddOneAsync(tenantId, "a@example.org", names, ("processed", at, default, null));
        await traffic.AddOneAsync(tenantId, "b@example.org", names[1..], ("processed", at, default, null));
        await CountAllAsync(product);

        var day = Assert.Single((await Ask(product, "/v3/stats/categories?start_date=2026-05-01&end_date=2026-05-01")).EnumerateArray());
        var stats = day.GetProperty("stats").EnumerateArray().ToList();
        Assert.Equal(names[1..], stats.Select(s => Text(s, "category")));
        Assert.All(stats, s => Assert.Equal(2, Number(s.GetProperty("metrics"), "requests")));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_new_time_zone_and_a_rebuild_move_numbers_to_its_days(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var tenantId = await product.TenantIdAsync();
        await SomeMailAsync(product, tenantId);
        await SetZoneAsync(product, tenantId, "Pacific/Kiritimati");

        var answer = await product.CallAsync("POST", "/v3/stats/rebuild?start_date=2026-04-01&end_date=2026-05-31", product.LiveKey);

        Assert.Equal(
            """{"status":"rebuilt","start_date":"2026-04-01","end_date":"2026-05-31","rebuilt_days":61,"kept_days":[]}""",
            answer.Body
        );
        var days = (await Ask(product, "/v3/stats?start_date=2026-05-01&end_date=2026-05-04")).GetProperty("stats");
        Assert.Equal([0, 2, 0, 1], days.EnumerateArray().Select(d => Number(d.GetProperty("metrics"), "requests")));
        // Today is the zone's too.
        var today = (await Ask(product, "/v3/stats?start_date=today")).GetProperty("stats");
        Assert.Equal(
            product.Clock.GetUtcNow().AddHours(14).ToString("yyyy-MM-dd", null),
            Text(Assert.Single(today.EnumerateArray()), "date")
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_rebuild_after_a_change_of_the_zone_counts_nothing_twice_and_loses_nothing(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var tenantId = await product.TenantIdAsync();
        // A day or two apart: what is today in one is a later day in the other.
        var (ahead, behind) = ("Pacific/Kiritimati", "Pacific/Pago_Pago");
        await SetZoneAsync(product, tenantId, ahead);
        await SomeMailAsync(product, tenantId);
        var now = product.Clock.GetUtcNow();
        var everything = $"/v3/stats/sum?start_date=2026-04-01&end_date={now.AddDays(3):yyyy-MM-dd}";
        await AddAndCountAsync(product, tenantId, now, now.AddDays(-1), now.AddDays(-35));
        Assert.Equal(6, Number(await Ask(product, everything), "requests"));

        await SetZoneAsync(product, tenantId, behind);
        Assert.Equal(200, (await product.CallAsync("POST", "/v3/stats/rebuild", product.LiveKey)).Status);
        Assert.Equal(6, Number(await Ask(product, everything), "requests"));
        // Also where only one day is asked for, of those that the new zone pulls apart.
        await SetZoneAsync(product, tenantId, ahead);
        var answer = await product.CallAsync("POST", "/v3/stats/rebuild?start_date=2026-05-02&end_date=2026-05-02", product.LiveKey);
        Assert.Equal(200, answer.Status);
        Assert.Equal(6, Number(await Ask(product, everything), "requests"));
        Assert.True(string.CompareOrdinal(Text(answer.Json, "start_date"), "2026-05-01") < 0, answer.Body);
        var days = (await Ask(product, "/v3/stats?start_date=2026-05-01&end_date=2026-05-04")).GetProperty("stats");
        Assert.Equal([0, 2, 0, 1], days.EnumerateArray().Select(d => Number(d.GetProperty("metrics"), "requests")));
        // Of the same zone, only what is asked for.
        answer = await product.CallAsync("POST", "/v3/stats/rebuild?start_date=2026-05-02&end_date=2026-05-02", product.LiveKey);
        Assert.Equal(1, answer.Json.GetProperty("rebuilt_days").GetInt32());
    }

    [Fact]
    public async Task A_rebuild_takes_its_range_from_the_body_too()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);

        var answer = await RebuildAsync("""{"start_date":"2026-05-01","end_date":"2026-05-03"}""");
        Assert.Equal(("2026-05-01", "2026-05-03"), (Text(answer.Json, "start_date"), Text(answer.Json, "end_date")));

        Assert.Equal(400, (await RebuildAsync("soon")).Status);
        Assert.Equal(422, (await RebuildAsync("""{"from":"2026-05-01"}""")).Status);
        Assert.Equal(422, (await RebuildAsync("""{"start_date":20260501}""")).Status);
        Assert.Equal(422, (await RebuildAsync("""{"start_date":"2026-05-01"}""", "?start_date=2026-05-02")).Status);
        var wrong = await RebuildAsync("""{"start_date":"soon"}""");
        Assert.Equal("body", wrong.Json.GetProperty("detail")[0].GetProperty("loc")[0].GetString());

        Task<CallAnswer> RebuildAsync(string body, string query = "") =>
            product.CallAsync("POST", $"/v3/stats/rebuild{query}", product.LiveKey, body);
    }

    [Fact]
    public async Task A_tenant_sees_and_rebuilds_its_own_numbers_alone()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var other = await product.AddTenantAsync();
        var key = await product.AddKeyAsync(other, Scopes.All);
        await SomeMailAsync(product, await product.TenantIdAsync());

        Assert.Equal(200, (await product.CallAsync("POST", "/v3/stats/rebuild?start_date=2026-05-01&end_date=2026-05-03", key)).Status);

        Assert.Equal(0, Number((await product.CallAsync("GET", "/v3/stats/sum?start_date=2026-05-01", key)).Json, "requests"));
        Assert.Equal("[]", (await product.CallAsync("GET", "/v3/categories", key)).Body);
        Assert.Equal(3, Number(await Ask(product, "/v3/stats/sum?start_date=2026-05-01"), "requests"));
    }

    private static readonly (string Path, string Field, string Message)[] Wrong =
    [
        ("/v3/stats", "start_date", ""),
        ("/v3/stats?start_date=2026-02-30", "start_date", ""),
        ("/v3/stats?start_date=yesterday", "start_date", ""),
        ("/v3/stats?start_date=2026-05-02&end_date=2026-05-01", "end_date", ""),
        ("/v3/stats?start_date=2020-01-01&end_date=2026-05-01", "start_date", ""),
        ("/v3/stats?start_date=today&aggregated_by=year", "aggregated_by", ""),
        ("/v3/stats?start_date=today&limit=0", "limit", ""),
        ("/v3/categories/stats?start_date=today", "categories", ""),
        (
            "/v3/categories/stats?start_date=today&categories=1,2&categories=3&categories=4&categories=5&categories=6&categories=7&categories=8&categories=9&categories=10&categories=11&categories=12",
            "categories",
            ""
        ),
        ("/v3/categories/stats/sums?start_date=today&sort_by_metric=drops", "sort_by_metric", "invalid sort value"),
        ("/v3/categories/stats/sums?start_date=today&sort_by_direction=up", "sort_by_direction", "invalid sort value"),
        ("/v3/categories?limit=501", "limit", ""),
    ];

    [Fact]
    public async Task A_wrong_parameter_is_named_in_each_dialects_words()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        foreach (var (path, field, message) in Wrong)
        {
            var ours = await product.CallAsync("GET", path, product.LiveKey);
            var theirs = await product.CallAsync("GET", $"/sendgrid{path}", product.LiveKey);

            Assert.True((ours.Status, theirs.Status) == (422, 400), $"{path}: {ours.Body} {theirs.Body}");
            Assert.Equal(field, ours.Json.GetProperty("detail")[0].GetProperty("loc")[1].GetString());
            Assert.Equal(field, theirs.Json.GetProperty("errors")[0].GetProperty("field").GetString());
            Assert.Contains(message, theirs.Json.GetProperty("errors")[0].GetProperty("message").GetString()!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rebuild_takes_a_bounded_range_and_nothing_else()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        foreach (var query in (string[])["start_date=2024-01-01&end_date=2026-01-01", "from=2026-01-01", "start_date=soon"])
            Assert.Equal(422, (await product.CallAsync("POST", $"/v3/stats/rebuild?{query}", product.LiveKey)).Status);

        var answer = await product.CallAsync("POST", "/v3/stats/rebuild", product.LiveKey);

        Assert.Equal(30, answer.Json.GetProperty("rebuilt_days").GetInt32());
    }

    /// <summary>Two mails on the first of May, late in the evening of UTC, and one on the third.</summary>
    internal static async Task SomeMailAsync(Product product, Guid tenantId)
    {
        var traffic = new Traffic(product, 1);
        var (first, third) = (At("2026-05-01T22:00Z"), At("2026-05-03T22:00Z"));
        await traffic.AddOneAsync(tenantId, "a@gmail.com", ["news"], ("bounce", first, default, null));
        await traffic.AddOneAsync(tenantId, "b@example.org", [], ("blocked", first, default, null));
        await traffic.AddOneAsync(
            tenantId,
            "c@gmail.com",
            ["News"],
            ("delivered", third, default, null),
            ("open", third, EventFlags.First, Traffic.Phone),
            ("open", third, EventFlags.None, Traffic.Phone),
            ("open", third, EventFlags.First | EventFlags.Machine, Traffic.Chrome),
            ("click", third, EventFlags.First, Traffic.Chrome)
        );
        await CountAllAsync(product);
    }

    private static async Task AddAndCountAsync(Product product, Guid tenantId, params DateTimeOffset[] moments)
    {
        var traffic = new Traffic(product, 2);
        foreach (var at in moments)
            await traffic.AddOneAsync(tenantId, "d@example.org", [], ("processed", at, default, null));
        await CountAllAsync(product);
    }

    private static async Task CountAllAsync(Product product)
    {
        var database = product.Services.GetRequiredService<MailDatabase>();
        await using var connection = await database.OpenAsync(Stop);
        while (await new StatsRollUp(database).OnceAsync(connection, Stop)) { }
    }

    private static async Task SetZoneAsync(Product product, Guid tenantId, string zone)
    {
        var settings = $"/api/admin/tenants/{Ids.Show(Ids.Tenant, tenantId)}/settings";
        Assert.Equal(200, (await product.CallAsync("PUT", settings, product.LiveKey, $$"""{"time_zone":"{{zone}}"}""")).Status);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<JsonElement> Ask(Product product, string path)
    {
        var answer = await product.CallAsync("GET", path, product.LiveKey);
        Assert.True(answer.Status == 200, $"{path}: {answer.Status} {answer.Body}");
        return answer.Json;
    }

    private static async Task<string[]> NamesAsync(Product product, string path)
    {
        var periods = await Ask(product, path);
        Assert.Equal(3, periods.GetArrayLength());
        return [.. periods[0].GetProperty("stats").EnumerateArray().Select(s => Text(s, "name"))];
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
