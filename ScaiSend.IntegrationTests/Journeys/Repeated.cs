using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MySqlConnector;
using ScaiSend.Api.MailSend;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>The same request again, with an <c>Idempotency-Key</c>.</summary>
public sealed class Repeated
{
    private static readonly object Attached = new
    {
        attachments = new[] { new { content = Convert.ToBase64String(new byte[100_000]), filename = "a.bin" } },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_hundred_requests_at_once_with_one_key_make_one_message(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var request = Some.Request(Some.To("ada@example.org"), Attached);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SendAsync(product.Http, "order 17", request)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        var body = Assert.Single(answers.Select(a => a.Body).Distinct());
        Assert.Single(answers, answer => !answer.IsReplayed);
        await product.EmailInStateAsync(IdIn(body), "Delivered");
        Assert.Single(sink.Mails);
        Assert.True((await SendAsync(product.Http, "order 17", request)).IsReplayed);
        Assert.Equal((1, 1), (await MessagesAsync(product), Attachments(product)));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Two_doors_that_race_for_keys_agree_on_each(Stack stack)
    {
        if (stack == Stack.Embedded)
            return;
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        using var http = await product.ServeAlsoAsync();
        var request = Some.Request(Some.To("ada@example.org"), Attached);

        // Each key comes four times, at both doors; mail without a key shares their groups and must not suffer.
        var keyed = Enumerable.Range(0, 200).Select(i => (Key: $"key {i % 50}", Door: i / 50 % 2 == 0 ? product.Http : http));
        var answers = await Task.WhenAll(keyed.Select(async x => (x.Key, Answer: await SendAsync(x.Door, x.Key, request))));
        var plain = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(http, null, request)));

        Assert.All(answers, x => Assert.Equal(HttpStatusCode.Accepted, x.Answer.Status));
        Assert.All(plain, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
        Assert.All(answers.GroupBy(x => x.Key), same => Assert.Single(same.Select(x => x.Answer.Body).Distinct()));
        Assert.Equal((70, 70), (await MessagesAsync(product), Attachments(product)));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Connections_lost_on_the_way_make_no_second_message(Stack stack)
    {
        if (stack == Stack.Embedded)
            return;
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var request = Some.Request(Some.To("ada@example.org"));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var killing = KillConnectionsUntilAsync(product, stack, done.Token);

        // As a caller does: again until it is accepted.
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 400)
                .Select(async i =>
                {
                    await Task.Delay(i * 5, Stop);
                    Answer answer;
                    do answer = await SendAsync(product.Http, $"key {i / 2}", request);
                    while (answer.Status == HttpStatusCode.ServiceUnavailable);
                    return (Key: i / 2, Answer: answer);
                })
        );
        await done.CancelAsync();
        Assert.True(await killing > 0);

        Assert.All(answers, x => Assert.Equal(HttpStatusCode.Accepted, x.Answer.Status));
        Assert.All(answers.GroupBy(x => x.Key), same => Assert.Single(same.Select(x => x.Answer.Body).Distinct()));
        // The pool may be full of connections that were killed; this is the test's own look.
        await MySqlConnector.MySqlConnection.ClearAllPoolsAsync(Stop);
        Assert.Equal(200, await MessagesAsync(product));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_key_is_remembered_for_24_hours_over_restarts_and_then_forgotten(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var request = Some.Request(Some.To("ada@example.org"));
        var first = await SendAsync(product.Http, "key", request);

        // The process died after its commit, and the caller never had the answer.
        await product.StopRolesAsync();
        await product.StartRolesAsync(Role.Serve);
        product.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        var again = await SendAsync(product.Http, "key", request);
        product.Clock.Advance(TimeSpan.FromSeconds(1));
        var late = await SendAsync(product.Http, "key", Some.Request(Some.To("bob@example.org")));
        var lateAgain = await SendAsync(product.Http, "key", Some.Request(Some.To("bob@example.org")));

        Assert.Equal((first.Body, true, false), (again.Body, again.IsReplayed, first.IsReplayed));
        Assert.Equal((HttpStatusCode.Accepted, false), (late.Status, late.IsReplayed));
        Assert.NotEqual(first.Body, late.Body);
        Assert.Equal((late.Body, true), (lateAgain.Body, lateAgain.IsReplayed));
        Assert.Equal(2, await MessagesAsync(product));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Old_records_are_deleted_and_living_ones_are_not(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var request = Some.Request(Some.To("ada@example.org"));
        await Task.WhenAll(
            Enumerable.Range(0, ForgetIdempotencyKeys.MaxBatch + 50).Select(i => SendAsync(product.Http, $"old {i}", request))
        );
        product.Clock.Advance(TimeSpan.FromHours(23));
        var living = await SendAsync(product.Http, "living", request);
        var forget = product.Services.GetRequiredService<ForgetIdempotencyKeys>();
        Assert.Equal(0, await forget.OnceAsync(Stop));

        // The timer of the service itself may be quicker than our call.
        product.Clock.Advance(TimeSpan.FromHours(1));
        await forget.OnceAsync(Stop);

        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        Assert.Equal(1, await db.IdempotencyRecords.IgnoreQueryFilters().CountAsync(Stop));
        Assert.True((await SendAsync(product.Http, "living", request)).IsReplayed);
        Assert.Equal(HttpStatusCode.Accepted, living.Status);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_key_belongs_to_one_request_of_one_tenant(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        using var other = await product.ClientOfAnotherTenantAsync();
        var several = Some.Request(Some.To("ada@example.org"));
        several["personalizations"]!.AsArray().Add(JsonSerializer.SerializeToNode(Some.To("bob@example.org")));
        var first = await SendAsync(product.Http, "key", several);

        var otherBody = await SendAsync(product.Http, "key", Some.Request(Some.To("eve@example.org")));
        var otherTenant = await SendAsync(other, "key", several);
        product.Http.DefaultRequestHeaders.Authorization = new("Bearer", product.TestKey);
        var otherKind = await SendAsync(product.Http, "key", several);
        product.Http.DefaultRequestHeaders.Authorization = new("Bearer", product.LiveKey);
        var again = await SendAsync(product.Http, "key", several);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (otherBody.Status, otherKind.Status));
        Assert.Contains("another body", ErrorIn(otherBody.Body), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Accepted, false), (otherTenant.Status, otherTenant.IsReplayed));
        Assert.Equal((first.Body, first.MessageId, true), (again.Body, again.MessageId, again.IsReplayed));
        Assert.Equal(2, JsonDocument.Parse(first.Body).RootElement.GetProperty("message_ids").GetArrayLength());
        Assert.Equal(4, await MessagesAsync(product));
    }

    [Fact]
    public async Task A_sandbox_request_is_replayed_in_the_shape_of_its_dialect()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var sandbox = Some.Request(Some.To("ada@example.org"), new { mail_settings = new { sandbox_mode = new { enable = true } } });
        var first = await SendAsync(product.Http, "key", sandbox);
        var again = await SendAsync(product.Http, "key", sandbox);
        var sendGrids = await SendAsync(product.Http, "key", sandbox, "/sendgrid/v3/mail/send");

        Assert.Equal((first.Body, true), (again.Body, again.IsReplayed));
        Assert.Equal((HttpStatusCode.OK, "", true), (sendGrids.Status, sendGrids.Body, sendGrids.IsReplayed));
        Assert.Equal(1, await MessagesAsync(product));
    }

    [Fact]
    public async Task A_refused_request_uses_up_no_key_and_a_header_that_is_no_key_is_refused()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var request = Some.Request(Some.To("ada@example.org"));

        var invalid = await SendAsync(product.Http, "key", Some.Request(Some.To("nobody")));
        var foreign = await SendAsync(product.Http, "key", Some.Request(Some.To("a@b.test"), new { from = new { email = "a@b.test" } }));
        var right = await SendAsync(product.Http, "key", request);
        var longest = await SendAsync(product.Http, new string('k', 255), request);
        var tooLong = await SendAsync(product.Http, new string('k', 256), request);
        var empty = await SendAsync(product.Http, "", request);
        var twice = await SendRawAsync(product, "one", "two");
        var noText = await SendRawAsync(product, "caf\u00e9");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Forbidden), (invalid.Status, foreign.Status));
        Assert.Equal((HttpStatusCode.Accepted, false), (right.Status, right.IsReplayed));
        Assert.Equal(HttpStatusCode.Accepted, longest.Status);
        Assert.All([tooLong, empty], answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
        Assert.Contains("1 to 255", ErrorIn(tooLong.Body), StringComparison.Ordinal);
        Assert.Contains("1 to 255", ErrorIn(empty.Body), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", twice, StringComparison.Ordinal);
        Assert.Contains("only once", twice, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", noText, StringComparison.Ordinal);
        Assert.Contains("must be ASCII or UTF-8", noText, StringComparison.Ordinal);
        Assert.Equal(2, await MessagesAsync(product));
    }

    private static async Task<Answer> SendAsync(HttpClient http, string? key, JsonObject body, string path = "/v3/mail/send")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await http.SendAsync(request, Stop);
        return new Answer(
            answer.StatusCode,
            await answer.Content.ReadAsStringAsync(Stop),
            answer.Headers.TryGetValues("X-Message-Id", out var ids) ? ids.Single() : null,
            answer.Headers.TryGetValues("Idempotency-Replayed", out var replayed) && replayed.Single() == "true"
        );
    }

    private static Task<string> SendRawAsync(Product product, params string[] keys) =>
        product.AskRawAsync(
            [
                "POST /v3/mail/send HTTP/1.1",
                "Content-Type: application/json",
                $"Authorization: Bearer {product.LiveKey}",
                .. keys.Select(key => $"Idempotency-Key: {key}"),
            ],
            "{}"
        );

    private static string IdIn(string body) => JsonDocument.Parse(body).RootElement.GetProperty("message_id").GetString()!;

    private static string ErrorIn(string body) =>
        JsonDocument.Parse(body).RootElement.GetProperty("errors")[0].GetProperty("message").GetString()!;

    private static async Task<int> MessagesAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.Messages.IgnoreQueryFilters().CountAsync(Stop);
    }

    private static int Attachments(Product product) =>
        Directory
            .EnumerateFiles(
                Path.Combine(product.Services.GetRequiredService<IOptions<BlobOptions>>().Value.Folder, "attachments"),
                "*",
                SearchOption.AllDirectories
            )
            .Count();

    private static async Task<int> KillConnectionsUntilAsync(Product product, Stack stack, CancellationToken done)
    {
        await using var admin = new MySqlConnection(Stacks.Setting(stack == Stack.MySql ? "SCAISEND_TEST_MYSQL" : "SCAISEND_TEST_MARIADB"));
        await admin.OpenAsync(Stop);
        var killed = 0;
        while (!done.IsCancellationRequested)
        {
            try
            {
                foreach (var id in await ConnectionsAsync(admin, product.DatabaseName))
                {
                    await using var kill = new MySqlCommand($"KILL {id}", admin);
                    await kill.ExecuteNonQueryAsync(Stop);
                    killed++;
                }
            }
            catch (MySqlException)
            {
                // One was gone before; or MySQL could not show a list with another test's binary statement in it.
            }
            // The commit's pauses between two tries go by the product's clock.
            for (var i = 0; i < 10; i++)
            {
                product.Clock.Advance(TimeSpan.FromMilliseconds(20));
                await Task.Delay(10, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        return killed;
    }

    private static async Task<List<long>> ConnectionsAsync(MySqlConnection admin, string database)
    {
        var ids = new List<long>();
        await using var list = new MySqlCommand($"SELECT id FROM information_schema.processlist WHERE db='{database}'", admin);
        await using var rows = await list.ExecuteReaderAsync(Stop);
        while (await rows.ReadAsync(Stop))
            ids.Add(rows.GetInt64(0));
        return ids;
    }

    private sealed record Answer(HttpStatusCode Status, string Body, string? MessageId, bool IsReplayed);
}
