using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MassTransit.Mediator;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Reports;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A person who was erased is nowhere any more, and nobody else is missed.</summary>
public sealed class ErasedPersons
{
    private const string OHara = "o'hara@example.org";
    private const string Ada = "ada+letters@example.org";
    private static readonly string[] Categories = ["Countess"];
    private static readonly Visit Visit = new(DateTimeOffset.UnixEpoch, "AdasBrowser/1.0", "198.51.100.77", null);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Nothing_is_left_of_an_erased_person_and_all_of_everybody_else(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        using var other = await product.ClientOfAnotherTenantAsync();
        var alone = await SendToAdaAloneAsync(product);
        var shared = await product.SendAsync(
            new { to = new[] { new { email = Ada, name = "Ada L." }, new { email = "bob@example.org", name = "Bob" } } },
            new { content = new[] { new { type = "text/plain", value = $"Bob, write to {Ada}, not to l{Ada}." } } }
        );
        var bobs = await product.SendAsync(Some.To("bob@example.org"));
        var sandbox = await product.SendAsync(Some.To(Ada), new { mail_settings = new { sandbox_mode = new { enable = true } } });
        using var theirs = await other.PostAsJsonAsync(
            "/v3/mail/send",
            Some.Request(Some.To(Ada), new { subject = "Another tenant" }),
            Stop
        );
        Assert.Equal(System.Net.HttpStatusCode.Accepted, theirs.StatusCode);
        await sink.Received(5);
        await EndedAsync(product);
        var emailId = await VisitAsync(product, alone);
        await AddReportAndAnswerAsync(product, emailId);
        Assert.Equal(
            201,
            (
                await product.CallAsync("POST", "/v3/asm/suppressions/global", product.LiveKey, $$"""{"recipient_emails":["{{Ada}}"]}""")
            ).Status
        );
        sink.AlwaysAnswer("ADA+Letters@Example.org", "550 5.1.1 No such user ada+letters@example.org here");
        var bounced = await product.SendAsync(
            Some.To("ADA+Letters@Example.org"),
            new { mail_settings = new { bypass_list_management = new { enable = true } } }
        );
        await product.EmailInStateAsync(bounced, "Bounced");
        var scheduled = await product.SendAsync(Some.To(Ada), new { send_at = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds() });
        var bobBefore = (await product.MessageAsync(bobs)).ToString();
        var othersTenant = Convert.ToHexStringLower((await OtherTenantAsync(product)).ToByteArray(bigEndian: true));
        var othersBefore = Of(othersTenant, await product.EverythingAsync());

        var job = await EraseAsync(product, Ada.ToUpperInvariant(), "nobody@example.org");
        var proof = await DoneAsync(product, job);

        Assert.Equal(0, proof.GetProperty("remaining").GetInt32());
        Assert.Equal(2, proof.GetProperty("addresses").GetInt32());
        var removed = proof.GetProperty("removed");
        Assert.Equal(
            (5, 4, 1, 1, 1, 1, 1),
            (
                Count("messages"),
                Count("emails"),
                Count("inbound_reports"),
                Count("webhook_posts"),
                Count("suppressions_removed"),
                Count("suppressions_kept_by_key"),
                Count("cancelled")
            )
        );
        var left = (await product.EverythingAsync()).Where(row => !row.Contains(othersTenant, StringComparison.Ordinal)).ToList();
        foreach (var trace in new[] { Ada, "Countess", "Ada L.", "AdasBrowser", "198.51.100.77", "Analytical", "No such user" })
            Assert.DoesNotContain(
                // Numbers of a category keep its name, which is the sender's label and no person's.
                left.Where(row => trace != Categories[0] || !row.StartsWith("daily_stats", StringComparison.Ordinal)),
                row => row.Replace($"l{Ada}", "", StringComparison.Ordinal).Contains(trace, StringComparison.OrdinalIgnoreCase)
            );

        // The others.
        Assert.Equal(bobBefore, (await product.MessageAsync(bobs)).ToString());
        var both = await product.MessageAsync(shared);
        Assert.Equal([Erased.Address, "bob@example.org"], both.GetProperty("to_emails").EnumerateArray().Select(e => e.GetString()!));
        Assert.Equal($"Bob, write to {Erased.Address}, not to l{Ada}.", both.GetProperty("content")[0].GetProperty("value").GetString());
        Assert.Equal(othersBefore, Of(othersTenant, await product.EverythingAsync()));

        // What is left says that there was a mail, and the wish to get none is honoured.
        var shown = await product.MessageAsync(alone);
        Assert.Equal("(erased)", shown.GetProperty("subject").GetString());
        Assert.Equal("delivered", shown.GetProperty("status").GetString());
        Assert.Equal("sandbox", (await product.MessageAsync(sandbox)).GetProperty("status").GetString());
        Assert.Equal("cancelled", (await product.MessageAsync(scheduled)).GetProperty("status").GetString());
        var again = await product.SendAsync(Some.To(Ada));
        Assert.Equal("Unsubscribed Address", (await product.EmailInStateAsync(again, "Dropped")).GetProperty("last_reply").GetString());

        // Who still has the mail and opens it leaves no trace.
        var before = await product.RowsAsync("events");
        Assert.Null(await product.Services.GetRequiredService<IMediator>().TellAsync(new EmailOpened(emailId, Visit), Stop));
        Assert.Equal(before, await product.RowsAsync("events"));

        int Count(string name) => removed.TryGetProperty(name, out var count) ? count.GetInt32() : 0;
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_to_others_keeps_everything_but_the_address(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        sink.AlwaysAnswer("carl@example.org", "550 5.7.1 Not from friends of O'Hara@Example.org");
        var request = Some.Request(
            new
            {
                to = new[] { new { email = "bob@example.org" } },
                subject = $"About {OHara}",
                custom_args = new { friend = OHara },
                headers = new Dictionary<string, string> { ["X-Friend"] = OHara },
            },
            new
            {
                reply_to = new { email = OHara, name = "A friend" },
                categories = new[] { $"of {OHara}" },
                headers = new Dictionary<string, string> { ["X-List"] = $"<mailto:{OHara}>" },
                custom_args = new { owner = OHara },
                content = new[]
                {
                    new { type = "text/plain", value = $"Dear all,\n{OHara} says hello." },
                    new
                    {
                        type = "text/html",
                        value = "<p>o&#39;hara&#64;example.org <a href=\"https://example.org/?of=o%27hara%40example.org\">says</a> hello</p>",
                    },
                },
            }
        );
        request["personalizations"]!.AsArray().Add(JsonSerializer.SerializeToNode(Some.To("carl@example.org")));
        request["personalizations"]!.AsArray().Add(JsonSerializer.SerializeToNode(Some.To(OHara)));
        using var sent = await product.PostAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, sent.StatusCode);
        var large = await product.SendAsync(
            Some.To("dora@example.org"),
            new { content = new[] { new { type = "text/plain", value = Some.LargeText + $" {OHara}" } } }
        );
        await sink.Received(3);
        await EndedAsync(product);
        await ClickedAsync(product, "https://example.org/?of=o%27hara%40example.org");
        var bob = Assert.Single(await product.RowsAsync("emails", "WHERE recipient='bob@example.org'"));

        var job = await EraseAsync(product, OHara.ToUpperInvariant());
        var proof = await DoneAsync(product, job);

        Assert.Equal(1, proof.GetProperty("removed").GetProperty("messages").GetInt32());
        Assert.Equal(3, proof.GetProperty("removed").GetProperty("messages_to_others").GetInt32());
        foreach (var row in await product.EverythingAsync())
            if (!row.StartsWith("daily_stats", StringComparison.Ordinal))
                Assert.False(row.Contains("hara", StringComparison.OrdinalIgnoreCase), row);
        Assert.Equal(bob, Assert.Single(await product.RowsAsync("emails", "WHERE recipient='bob@example.org'")));
        var shown = (await product.CallAsync("GET", "/v3/messages?limit=10", product.LiveKey)).Body;
        Assert.Contains($"About {Erased.Address}", shown, StringComparison.Ordinal);
        Assert.Equal("dora@example.org", (await product.MessageAsync(large)).GetProperty("to_emails")[0].GetString());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_that_others_wait_for_is_sent_to_them_alone_and_then_erased(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var id = await product.SendAsync(
            Some.To(Ada, "bob@example.org"),
            new { send_at = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds() }
        );

        var job = await EraseAsync(product, Ada);
        await JobWhenAsync(product, job, j => j.GetProperty("state").GetString() == "waiting");
        Assert.Single(await product.RowsAsync("erase_jobs", "WHERE sealed_addresses IS NOT NULL"));

        product.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Equal("bob@example.org", Assert.Single(Assert.Single(await sink.Received(1)).Recipients));
        await product.MessageWhenAsync(
            id,
            m => m.GetProperty("emails").EnumerateArray().All(e => e.GetProperty("ended_at").ValueKind != JsonValueKind.Null),
            "ended"
        );
        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddMinutes(2));
        await DoneAsync(product, job);
        Assert.DoesNotContain(await product.EverythingAsync(), row => row.Contains(Ada, StringComparison.OrdinalIgnoreCase));
        Assert.Single(sink.Mails);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_content_of_many_goes_with_the_last_of_them(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var request = Some.Request(Some.To(Ada), new { content = new[] { new { type = "text/plain", value = "To each of you" } } });
        for (var i = 0; i < 3; i++)
            request["personalizations"]!.AsArray().Add(JsonSerializer.SerializeToNode(Some.To($"p{i}@example.org")));
        using var sent = await product.PostAsync(request);
        await sink.Received(4);
        await EndedAsync(product);

        await DoneAsync(product, await EraseAsync(product, Ada, "p0@example.org"));
        Assert.Single(await product.RowsAsync("contents"));
        using var last = await product.Http.DeleteAsync("/v3/recipients/P1%40example.org", Stop);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, last.StatusCode);
        await DoneAsync(product, (await last.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("job_id").GetString()!);
        Assert.Single(await product.RowsAsync("contents"));
        await DoneAsync(product, await EraseAsync(product, "p2@example.org"));
        Assert.Empty(await product.RowsAsync("contents"));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task An_erasure_that_died_half_way_is_finished_by_another(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        Breaking? blobs = null;
        await using var product = await Product.StartAsync(
            stack,
            sink.Address,
            replace: services =>
                services.AddSingleton<IBlobStore>(s =>
                {
                    var folder = s.GetRequiredService<Microsoft.Extensions.Options.IOptions<BlobOptions>>().Value.Folder;
                    Directory.CreateDirectory(folder);
                    return blobs = new Breaking(new FolderBlobs(folder));
                })
        );
        for (var i = 0; i < 3; i++)
            await SendToAdaAloneAsync(product);
        await sink.Received(3);
        await EndedAsync(product);

        blobs!.Breaks = true;
        var job = await EraseAsync(product, Ada);
        await blobs.Broke.Task.WaitAsync(Patience.Limit, Stop);
        blobs.Breaks = false;
        // Its lease is over.
        product.Clock.AdjustTime(product.Clock.GetUtcNow() + EraseJobs.Lease);

        await DoneAsync(product, job);
        Assert.DoesNotContain(await product.EverythingAsync(), row => row.Contains(Ada, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(product.StoredFiles());
    }

    [Fact]
    public async Task What_is_no_address_or_too_many_is_refused_and_no_key_without_the_scope_may()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Cli.Roles.Role.Serve);
        foreach (
            var body in new[]
            {
                "{}",
                """{"email_addresses":[]}""",
                """{"email_addresses":["a@b.example","nobody"]}""",
                """{"email_addresses":"a@b.example"}""",
                $$"""{"email_addresses":[{{string.Join(',', Enumerable.Repeat("\"a@b.example\"", 5001))}}]}""",
            }
        )
            Assert.Equal(422, (await product.CallAsync("POST", "/v3/recipients/erasejob", product.LiveKey, body)).Status);
        var large = $$"""{"email_addresses":["{{new string('a', 260 * 1024)}}"]}""";
        Assert.Equal(413, (await product.CallAsync("POST", "/v3/recipients/erasejob", product.LiveKey, large)).Status);
        Assert.Equal(400, (await product.CallAsync("DELETE", "/v3/recipients/nobody", product.LiveKey)).Status);
        using var limited = await product.ClientWithScopesAsync("suppressions.write");
        using var refused = await limited.DeleteAsync("/v3/recipients/a@b.example", Stop);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Empty(await product.RowsAsync("erase_jobs"));
    }

    private static Task<string> SendToAdaAloneAsync(Product product) =>
        product.SendAsync(
            new
            {
                to = new[] { new { email = Ada, name = "Countess" } },
                subject = "For the Countess",
                custom_args = new { who = Ada },
                headers = new Dictionary<string, string> { ["X-For"] = Ada },
            },
            new
            {
                content = new[] { new { type = "text/plain", value = Some.LargeText + $" {Ada} Countess" } },
                categories = Categories,
                attachments = new[] { new { content = Convert.ToBase64String("Analytical"u8), filename = "engine.txt" } },
            }
        );

    private static async Task<Guid> VisitAsync(Product product, string messageId)
    {
        var email = await product.EmailInStateAsync(messageId, "Delivered");
        Assert.True(Ids.TryRead(Ids.Email, email.GetProperty("id").GetString(), out var emailId));
        var mediator = product.Services.GetRequiredService<IMediator>();
        await mediator.TellAsync(new EmailOpened(emailId, Visit), Stop);
        var answer = await mediator.TellAsync(new LinkClicked(emailId, Visit, $"https://example.org/?who={Ada}", false, 0), Stop);
        Assert.True(answer is { IsAccepted: true });
        return emailId;
    }

    private static async Task ClickedAsync(Product product, string url)
    {
        await using var db = product.Database().ForPlatform();
        foreach (
            var id in await db.Emails.IgnoreQueryFilters().Where(e => e.Recipient == "bob@example.org").Select(e => e.Id).ToListAsync(Stop)
        )
            await product.Services.GetRequiredService<IMediator>().TellAsync(new LinkClicked(id, Visit, url, false, 0), Stop);
    }

    private static async Task AddReportAndAnswerAsync(Product product, Guid emailId)
    {
        var tenantId = await product.TenantIdAsync();
        var now = product.Clock.GetUtcNow();
        await using var db = product.Database().For(tenantId);
        db.InboundReports.Add(
            new InboundReport
            {
                Id = Ids.New(product.Clock),
                EmailId = emailId,
                TenantId = tenantId,
                State = ReportState.Applied,
                ReceivedAt = now,
                RemoteAddress = "192.0.2.1",
                Recipient = "b+token@returns.example.test",
                Raw = Encoding.ASCII.GetBytes($"Final-Recipient: rfc822; {Ada}"),
                Summary = $"{Ada} is away",
            }
        );
        db.WebhookPosts.Add(
            new WebhookPost
            {
                Id = Ids.New(product.Clock),
                EndpointId = Ids.New(product.Clock),
                TenantId = tenantId,
                At = now,
                Status = 500,
                Answer = Encoding.ASCII.GetBytes($"cannot take {Ada.Replace("+", "\\u002b", StringComparison.Ordinal)}"),
            }
        );
        await db.SaveChangesAsync(Stop);
    }

    private static async Task<Guid> OtherTenantAsync(Product product)
    {
        await using var db = product.Database().ForPlatform();
        return await db.Tenants.IgnoreQueryFilters().Where(t => t.Slug.StartsWith("other-")).Select(t => t.Id).SingleAsync(Stop);
    }

    private static List<string> Of(string tenant, IEnumerable<string> rows) =>
        [
            .. rows.Where(row => row.Contains(tenant, StringComparison.Ordinal))
                .Where(row => !row.StartsWith("api_keys", StringComparison.Ordinal))
                // Counted while the test looks.
                .Where(row => !row.StartsWith("daily_stats", StringComparison.Ordinal))
                .Where(row => !row.StartsWith("stats_counted_days", StringComparison.Ordinal)),
        ];

    private static async Task EndedAsync(Product product)
    {
        await Patience.UntilAsync(async () => (await product.RowsAsync("emails", "WHERE lane<>0")).Count == 0, "Not all emails have ended");
    }

    private static async Task<string> EraseAsync(Product product, params string[] addresses)
    {
        var answer = await product.CallAsync(
            "POST",
            "/v3/recipients/erasejob",
            product.LiveKey,
            JsonSerializer.Serialize(new { email_addresses = addresses })
        );
        Assert.True(answer.Status == 202, answer.Body);
        return answer.Text("job_id");
    }

    private static async Task<JsonElement> DoneAsync(Product product, string job)
    {
        var done = await JobWhenAsync(product, job, j => j.GetProperty("state").GetString() == "done");
        Assert.Equal(0, done.GetProperty("remaining").GetInt32());
        return done;
    }

    private static Task<JsonElement> JobWhenAsync(Product product, string job, Func<JsonElement, bool> isSo) =>
        Patience.WhenAsync(async () => (await product.CallAsync("GET", $"/v3/recipients/erasejob/{job}", product.LiveKey)).Json, isSo);

    /// <summary>A store that fails in the middle of a deletion of many.</summary>
    private sealed class Breaking(IBlobStore blobs) : IBlobStore
    {
        private int _deleted;

        public bool Breaks { get; set; }
        public TaskCompletionSource Broke { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PutAsync(string key, Stream content, CancellationToken cancellationToken) =>
            blobs.PutAsync(key, content, cancellationToken);

        public Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken) => blobs.OpenAsync(key, cancellationToken);

        public Task DeleteAsync(string key, CancellationToken cancellationToken)
        {
            // After the first message, between the second one's attachment and its content.
            if (!Breaks || ++_deleted < 8)
                return blobs.DeleteAsync(key, cancellationToken);
            Broke.TrySetResult();
            throw new IOException("The store is away");
        }

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
            blobs.ListAsync(prefix, cancellationToken);
    }
}
