using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ScaiSend.Api.Batches;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary><c>/v3/mail/batch</c> and <c>/v3/user/scheduled_sends</c> in both dialects: shapes, refusals, scopes, tenants.</summary>
public sealed partial class ScheduledSends
{
    private const string Sends = "/v3/user/scheduled_sends";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Both_dialects_have_SendGrids_shapes(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        foreach (var dialect in new[] { "", "/sendgrid" })
        {
            var (created, issued) = await CallAsync(product.Http, "POST", dialect + "/v3/mail/batch");
            var id = issued.GetProperty("batch_id").GetString()!;
            Assert.Equal((HttpStatusCode.Created, 1), (created, issued.EnumerateObject().Count()));
            Assert.Matches(UrlSafe(), id);

            var (paused, body) = await CallAsync(product.Http, "POST", dialect + Sends, new { batch_id = id, status = "pause" });
            Assert.Equal((HttpStatusCode.Created, $"{{\"batch_id\":\"{id}\",\"status\":\"pause\"}}"), (paused, body.GetRawText()));
            var (_, one) = await CallAsync(product.Http, "GET", $"{dialect}{Sends}/{id}");
            Assert.Equal($"[{{\"batch_id\":\"{id}\",\"status\":\"pause\"}}]", one.GetRawText());
            var (changed, nothing) = await CallAsync(product.Http, "PATCH", $"{dialect}{Sends}/{id}", new { status = "cancel" });
            Assert.Equal((HttpStatusCode.NoContent, JsonValueKind.Undefined), (changed, nothing.ValueKind));
            var (listed, list) = await CallAsync(product.Http, "GET", dialect + Sends);
            Assert.Equal((HttpStatusCode.OK, $"[{{\"batch_id\":\"{id}\",\"status\":\"cancel\"}}]"), (listed, list.GetRawText()));
            Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(product.Http, "DELETE", $"{dialect}{Sends}/{id}")).Status);
            Assert.Equal("[]", (await CallAsync(product.Http, "GET", dialect + Sends)).Body.GetRawText());
            Assert.Equal("[]", (await CallAsync(product.Http, "GET", $"{dialect}{Sends}/{id}")).Body.GetRawText());
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_batch_counts_its_messages_by_status(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var id = await IssueAsync(product.Http);
        var sendAt = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var now = await product.SendAsync(Some.To("a@example.org", "b@example.org"), new { batch_id = id });
        await product.SendAsync(Some.To("c@example.org", "d@example.org"), new { batch_id = id, send_at = sendAt });
        var cancelled = await product.SendAsync(Some.To("e@example.org"), new { batch_id = id, send_at = sendAt });
        await product.SendAsync(
            Some.To("f@example.org"),
            new { batch_id = id, mail_settings = new { sandbox_mode = new { enable = true } } }
        );
        using var cancel = await product.Http.PostAsync($"/v3/messages/{cancelled}/cancel", null, Stop);
        await product.MessageWhenAsync(now, m => m.GetProperty("status").GetString() == "delivered", "delivered");

        var (status, counted) = await CallAsync(product.Http, "GET", $"/v3/mail/batch/{id}");
        var (_, valid) = await CallAsync(product.Http, "GET", $"/sendgrid/v3/mail/batch/{id}");

        Assert.Equal((HttpStatusCode.OK, 4), (status, counted.GetProperty("total").GetInt32()));
        var byStatus = counted.GetProperty("by_status").EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetInt32());
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["delivered"] = 1,
                ["queued"] = 1,
                ["cancelled"] = 1,
                ["sandbox"] = 1,
            },
            byStatus
        );
        Assert.Equal(JsonValueKind.Null, counted.GetProperty("status").ValueKind);
        Assert.Equal(product.Clock.GetUtcNow(), counted.GetProperty("created_at").GetDateTimeOffset());
        Assert.Equal($"{{\"batch_id\":\"{id}\"}}", valid.GetRawText());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task An_id_that_was_not_issued_to_this_tenant_in_the_last_10_days_is_refused(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        using var other = await product.ClientOfAnotherTenantAsync();
        var (mine, others) = (await IssueAsync(product.Http), await IssueAsync(other));

        foreach (var wrong in new[] { others, "unknown", mine.ToUpperInvariant(), mine + " ", new string('x', 200) })
        {
            await AssertRefusedAsync(product.PostAsync(Some.Request(Some.To("ada@example.org"), new { batch_id = wrong })));
            await AssertRefusedAsync(product.Http.GetAsync($"/v3/mail/batch/{Uri.EscapeDataString(wrong)}", Stop));
            await AssertRefusedAsync(product.Http.PostAsync($"/v3/mail/batch/{Uri.EscapeDataString(wrong)}/cancel", null, Stop));
        }
        Assert.Equal(
            (HttpStatusCode.BadRequest, "{\"detail\":\"invalid batch id\"}"),
            Text(await CallAsync(product.Http, "POST", Sends, new { batch_id = others, status = "cancel" }))
        );
        await AssertRefusedAsync(product.Http.PostAsJsonAsync("/sendgrid" + Sends, new { batch_id = others, status = "cancel" }, Stop));
        Assert.Equal(HttpStatusCode.Created, (await CallAsync(other, "POST", Sends, new { batch_id = others, status = "pause" })).Status);
        foreach (var verb in new[] { "GET", "PATCH", "DELETE" })
        {
            var (status, body) = await CallAsync(product.Http, verb, $"{Sends}/{others}", new { status = "cancel" });
            Assert.Equal(
                (HttpStatusCode.NotFound, $"Scheduled send not found: {others}"),
                (status, body.GetProperty("detail").GetString())
            );
        }
        Assert.Equal("pause", (await CallAsync(other, "GET", $"{Sends}/{others}")).Body[0].GetProperty("status").GetString());

        product.Clock.Advance(IssuedBatches.Lives - TimeSpan.FromSeconds(1));
        await product.SendAsync(Some.To("ada@example.org"), new { batch_id = mine });
        product.Clock.Advance(TimeSpan.FromSeconds(1) + IssuedBatches.KeepFor);
        await AssertRefusedAsync(product.PostAsync(Some.Request(Some.To("ada@example.org"), new { batch_id = mine })));
        await AssertRefusedAsync(product.Http.GetAsync($"/v3/mail/batch/{mine}", Stop));
        // What was scheduled with it can still be stopped.
        Assert.Equal(
            HttpStatusCode.Created,
            (await CallAsync(product.Http, "POST", Sends, new { batch_id = mine, status = "pause" })).Status
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_status_is_set_once_and_at_most_a_hundred_times_at_a_time(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var ids = new string[BatchStatuses.Most + 1];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = await IssueAsync(product.Http);
        foreach (var id in ids[1..])
            Assert.Equal(
                HttpStatusCode.Created,
                (await CallAsync(product.Http, "POST", Sends, new { batch_id = id, status = "pause" })).Status
            );

        var (again, why) = await CallAsync(product.Http, "POST", Sends, new { batch_id = ids[1], status = "cancel" });
        var (tooMany, limit) = await CallAsync(product.Http, "POST", Sends, new { batch_id = ids[0], status = "pause" });
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(product.Http, "POST", $"/v3/mail/batch/{ids[0]}/cancel")).Status);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (again, tooMany));
        Assert.Contains("has a status already", why.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("maximum number", limit.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(BatchStatuses.Most + 1, (await CallAsync(product.Http, "GET", Sends)).Body.GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(product.Http, "DELETE", $"{Sends}/nothing")).Status);
    }

    [Theory]
    [InlineData("{}", "batch_id", "status")]
    [InlineData("{\"batch_id\":7,\"status\":\"stop\"}", "batch_id", "status")]
    [InlineData("{\"batch_id\":\"x\",\"status\":null}", "status")]
    public async Task Wrong_bodies_are_told_field_by_field(string body, params string[] fields)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var ours = await product.Http.PostAsync(Sends, new StringContent(body), Stop);
        using var sendGrids = await product.Http.PostAsync("/sendgrid" + Sends, new StringContent(body), Stop);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.BadRequest), (ours.StatusCode, sendGrids.StatusCode));
        var details = (await ours.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").EnumerateArray();
        Assert.Equal(fields, details.Select(d => d.GetProperty("loc")[1].GetString()));
        var errors = (await sendGrids.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors").EnumerateArray();
        Assert.Equal(fields, errors.Select(e => e.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Scopes_are_asked_for()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var sender = await product.ClientWithScopesAsync("mail.send");
        using var scheduler = await product.ClientWithScopesAsync("mail.send", "mail.schedule");
        using var canceller = await product.ClientWithScopesAsync("mail.cancel");
        var id = await IssueAsync(scheduler);
        var mail = Some.Request(Some.To("ada@example.org"), new { batch_id = id });

        using var unscheduled = await sender.PostAsJsonAsync("/v3/mail/send", mail, Stop);
        using var scheduled = await scheduler.PostAsJsonAsync("/v3/mail/send", mail, Stop);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Accepted), (unscheduled.StatusCode, scheduled.StatusCode));
        foreach (var (verb, path) in new[] { ("POST", "/v3/mail/batch"), ("GET", $"/v3/mail/batch/{id}") })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(sender, verb, path)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(canceller, verb, path)).Status);
        }
        foreach (var path in new[] { Sends, $"{Sends}/{id}" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(sender, "GET", path)).Status);
            Assert.Equal(HttpStatusCode.OK, (await CallAsync(scheduler, "GET", path)).Status);
            Assert.Equal(HttpStatusCode.OK, (await CallAsync(canceller, "GET", path)).Status);
        }
        var status = new { batch_id = id, status = "pause" };
        foreach (
            var (verb, path) in new[]
            {
                ("POST", Sends),
                ("PATCH", $"{Sends}/{id}"),
                ("DELETE", $"{Sends}/{id}"),
                ("POST", $"/v3/mail/batch/{id}/cancel"),
            }
        )
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(scheduler, verb, path, status)).Status);
            Assert.True((int)(await CallAsync(canceller, verb, path, status)).Status < 300, $"{verb} {path}");
        }
    }

    private static async Task AssertRefusedAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors")[0];
        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid batch id", "batch_id"),
            (answer.StatusCode, error.GetProperty("message").GetString(), error.GetProperty("field").GetString())
        );
    }

    private static async Task<string> IssueAsync(HttpClient http) =>
        (await CallAsync(http, "POST", "/v3/mail/batch")).Body.GetProperty("batch_id").GetString()!;

    private static (HttpStatusCode, string) Text((HttpStatusCode Status, JsonElement Body) answer) =>
        (answer.Status, answer.Body.GetRawText());

    private static async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(
        HttpClient http,
        string verb,
        string path,
        object? body = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        if (body is not null && verb != "GET")
            request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    [GeneratedRegex("^[a-zA-Z0-9]{32}$")]
    private static partial Regex UrlSafe();
}
