using System.Diagnostics;
using System.Net;
using MimeKit;
using MySqlConnector;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What readers of mails and their machines do becomes events, and no trouble of ours keeps a reader from where he wants to go.</summary>
public sealed class Tracked
{
    private const string Shop = "https://shop.example.test/läden?a=1&b=2#top";

    // Far above RecordWithin, far below what the database is held for.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // Longer than any commit: each answer comes after its own, so events have the order of the visits.
    private static readonly Dictionary<string, string?> InOrder = new() { ["Tracking:RecordWithin"] = "00:00:10" };

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task All_that_a_delivered_mail_carries_works(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(
            stack,
            sink.Address,
            new Dictionary<string, string?>(InOrder) { ["Tracking:OpenByDefault"] = "true", ["Tracking:ClickByDefault"] = "true" }
        );
        await product.AddGroupAsync(7);
        var html = $"<html><body><a href=\"{Shop}\">Shop</a></body></html>";
        var (id, _) = await product.DeliverAsync(
            "ada@example.org",
            new { asm = new { group_id = 7 }, content = new[] { new { type = "text/html", value = html } } }
        );
        using var bytes = new MemoryStream(Assert.Single(await sink.Received(1)).Bytes);
        var mail = await MimeMessage.LoadAsync(bytes, TestContext.Current.CancellationToken);

        var clicked = await product.VisitAsync("GET", In(mail.HtmlBody, "/t/c/"));
        var opened = await product.VisitAsync("GET", In(mail.HtmlBody, "/t/o/"));
        var left = await product.VisitAsync(
            "POST",
            In(mail.Headers["List-Unsubscribe"], "/t/u/"),
            body: MailVisits.Form(("List-Unsubscribe", "One-Click"))
        );

        Assert.Equal((302, "https://shop.example.test/l%C3%A4den?a=1&b=2#top"), (clicked.Status, clicked.Header("Location")));
        Assert.Equal((200, 42, 200), (opened.Status, opened.Bytes.Length, left.Status));
        await product.EventsAsync(id, "click", 1);
        await product.EventsAsync(id, "open", 1);
        var told = Assert.Single(await product.EventsAsync(id, "group_unsubscribe", 1)).GetProperty("metadata");
        Assert.Equal(7, told.GetProperty("group_id").GetInt32());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Opens_and_clicks_of_people_and_machines_are_told_apart(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address, InOrder);
        var (id, emailId) = await product.DeliverAsync("ada@example.org");
        var pixel = $"/t/o/{product.Tokens().OpenToken(emailId)}.gif";

        await product.VisitAsync("GET", pixel, "Mozilla/5.0");
        await product.VisitAsync("GET", pixel);
        await product.VisitAsync("HEAD", pixel);
        var picture = await product.VisitAsync("GET", pixel);
        var clicked = await product.VisitAsync("GET", product.ClickPath(emailId, Shop, index: 3));
        await product.VisitAsync("HEAD", product.ClickPath(emailId, Shop, index: 3));

        Assert.Equal((200, 42, "image/gif"), (picture.Status, picture.Bytes.Length, picture.Header("Content-Type")));
        Assert.Equal("private, no-cache, no-store, must-revalidate", Sorted(picture.Header("Cache-Control")));
        Assert.Equal("no-cache", picture.Header("Pragma"));
        Assert.Equal((302, "https://shop.example.test/l%C3%A4den?a=1&b=2#top"), (clicked.Status, clicked.Header("Location")));
        Assert.Equal(("no-store", "no-referrer"), (clicked.Header("Cache-Control"), clicked.Header("Referrer-Policy")));

        var opens = await product.EventsAsync(id, "open", 4);
        Assert.Equal(
            ["privacy proxy (Apple)", null, "HEAD request", null],
            opens.Select(e => e.GetProperty("metadata").TryGetProperty("machine_reason", out var reason) ? reason.GetString() : null)
        );
        Assert.Equal(
            [EventFlags.First | EventFlags.Machine, EventFlags.First, EventFlags.Machine, EventFlags.None],
            await product.FlagsAsync(emailId, "open")
        );
        var click = (await product.EventsAsync(id, "click", 2))[0].GetProperty("metadata");
        Assert.Equal(
            (Shop, "html", 3),
            (click.GetProperty("url").GetString(), click.GetProperty("url_part").GetString(), click.GetProperty("url_index").GetInt32())
        );
        Assert.Equal((MailVisits.Browser, "127.0.0.1"), (click.GetProperty("user_agent").GetString(), click.GetProperty("ip").GetString()));
        Assert.Equal([EventFlags.First, EventFlags.First | EventFlags.Machine], await product.FlagsAsync(emailId, "click"));
        Assert.Equal("delivered", (await product.MessageAsync(id)).GetProperty("status").GetString());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_reader_whose_headers_are_no_utf8_comes_through(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address, InOrder);
        var (id, emailId) = await product.DeliverAsync("ada@example.org");
        // By bytes: é in ISO 8859-1, and in UTF-8.
        const string asLatin1 = "caf\u00e9";
        const string asUtf8 = "caf\u00c3\u00a9";

        foreach (var agent in new[] { asLatin1, asUtf8 })
        {
            var answer = await product.AskRawAsync([
                $"GET {product.ClickPath(emailId, "https://shop.test/")} HTTP/1.1",
                $"User-Agent: Mozilla/5.0 {agent} Firefox/128.0",
                $"Referer: https://mail.test/{asLatin1}",
                $"Cookie: seen={asLatin1}",
                $"Accept-Language: {asLatin1}",
                $"X-Forwarded-For: {asLatin1}",
            ]);
            Assert.StartsWith("HTTP/1.1 302 ", answer, StringComparison.Ordinal);
            product.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(
            ["Mozilla/5.0 caf\ufffd Firefox/128.0", "Mozilla/5.0 café Firefox/128.0"],
            (await product.EventsAsync(id, "click", 2)).Select(e => e.GetProperty("metadata").GetProperty("user_agent").GetString())
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_is_too_fast_for_a_person_is_a_machines_doing(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address, InOrder);
        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Delivered");
        var emailId = await product.EmailIdAsync(id);

        await product.VisitAsync("GET", product.ClickPath(emailId, "https://a.test/1", 1));
        product.Clock.Advance(TimeSpan.FromSeconds(2));
        await product.VisitAsync("GET", product.ClickPath(emailId, "https://a.test/2", 2));
        await product.VisitAsync("GET", product.ClickPath(emailId, "https://a.test/3", 3));

        var clicks = await product.EventsAsync(id, "click", 3);
        Assert.Equal(
            ["within 2 seconds of delivery", null, "several links within a second"],
            clicks.Select(e => e.GetProperty("metadata").TryGetProperty("machine_reason", out var reason) ? reason.GetString() : null)
        );
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Every_click_of_a_burst_is_a_machines_also_the_first(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        var settings = new Dictionary<string, string?>(InOrder) { ["Tracking:GatherClicks"] = "00:00:01" };
        await using var product = await Product.StartAsync(stack, sink.Address, settings);
        var (id, emailId) = await product.DeliverAsync("ada@example.org");

        await Task.WhenAll(
            Enumerable.Range(1, 4).Select(i => product.VisitAsync("GET", product.ClickPath(emailId, $"https://a.test/{i}", i)))
        );

        var clicks = await product.EventsAsync(id, "click", 4);
        Assert.All(
            clicks,
            click => Assert.Equal("several links within a second", click.GetProperty("metadata").GetProperty("machine_reason").GetString())
        );
        var flags = await product.FlagsAsync(emailId, "click");
        Assert.Equal(EventFlags.First | EventFlags.Machine, flags[0]);
        Assert.All(flags, flag => Assert.True(flag.HasFlag(EventFlags.Machine)));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_slow_database_keeps_no_reader_waiting_and_loses_no_click(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (id, emailId) = await product.DeliverAsync("ada@example.org");

        await using (await product.HoldAsync(stack, emailId))
        {
            var watch = Stopwatch.StartNew();
            var clicked = await product.VisitAsync("GET", product.ClickPath(emailId, Shop));
            var opened = await product.VisitAsync("GET", $"/t/o/{product.Tokens().OpenToken(emailId)}.gif");

            Assert.Equal((302, 200), (clicked.Status, opened.Status));
            Assert.True(watch.Elapsed < Soon, $"The reader waited for {watch.Elapsed}");
            Assert.Equal(2, product.Unrecorded());
        }

        await product.EventsAsync(id, "click", 1);
        await product.EventsAsync(id, "open", 1);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_stop_waits_for_what_is_not_recorded_yet(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (id, emailId) = await product.DeliverAsync("ada@example.org");

        Task stopping;
        await using (await product.HoldAsync(stack, emailId))
        {
            await product.VisitAsync("GET", product.ClickPath(emailId, Shop));
            stopping = product.StopRolesAsync();
            Assert.False(stopping.IsCompleted);
        }
        await stopping;

        await product.StartRolesAsync();
        await product.EventsAsync(id, "click", 1);
    }

    [Fact]
    public async Task A_database_that_is_away_is_outlasted_and_the_unsubscribe_page_asks_to_come_again()
    {
        var server = new MySqlConnectionStringBuilder(Stacks.Setting("SCAISEND_TEST_MARIADB"));
        await using var wire = new Wire(server.Server, (int)server.Port);
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.MariaDb, sink.Address);
        await product.StopRolesAsync();
        product.Settings["Database:Url"] = product.Settings["Database:Url"]!.Replace(
            $":{server.Port}/",
            $":{wire.Port}/",
            StringComparison.Ordinal
        );
        await product.StartRolesAsync();
        var (id, emailId) = await product.DeliverAsync("ada@example.org");
        var page = $"/t/u/{product.Tokens().UnsubscribeToken(emailId, await product.TenantIdAsync(), "ada@example.org", null)}";

        wire.Cut();
        var watch = Stopwatch.StartNew();
        var clicked = await product.VisitAsync("GET", product.ClickPath(emailId, Shop));
        var opened = await product.VisitAsync("GET", $"/t/o/{product.Tokens().OpenToken(emailId)}.gif");
        Assert.Equal((302, 200), (clicked.Status, opened.Status));
        Assert.True(watch.Elapsed < Soon, $"The reader waited for {watch.Elapsed}");
        var refused = await product.VisitAsync("POST", page, body: MailVisits.Form(("action", "unsubscribe_all")), language: "de");
        Assert.Equal(503, refused.Status);
        Assert.Contains("Bitte versuchen Sie es später erneut", refused.Text, StringComparison.Ordinal);
        Assert.NotEqual("", refused.Header("Retry-After"));

        wire.Mend();
        await product.EventsAsync(id, "click", 1);
        await product.EventsAsync(id, "open", 1);
        Assert.Equal(200, (await product.VisitAsync("GET", page)).Status);
        await product.EventsAsync(id, "unsubscribe", 0);
    }

    [Fact]
    public async Task A_link_leads_nowhere_that_its_mail_did_not()
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        var (id, emailId) = await product.DeliverAsync("ada@example.org");
        var (_, otherId) = await product.DeliverAsync("eve@example.org");
        var token = product.Tokens().ClickToken(emailId, isInText: false, 0, "https://shop.test/");
        var otherUrl = product.Tokens().ClickToken(otherId, isInText: false, 0, "https://evil.test/");
        var open = product.Tokens().OpenToken(emailId);

        foreach (
            var (path, status) in new (string, int)[]
            {
                ($"/t/c/{token}?u=https%3A%2F%2Fshop.test%2F", 302),
                ($"/t/c/{token}?u=https%3A%2F%2Fevil.test%2F", 404),
                ($"/t/c/{token}?u=https%3A%2F%2Fshop.test%2F%2F", 404),
                ($"/t/c/{token}?u=http%3A%2F%2Fshop.test%2F", 404),
                ($"/t/c/{token[..^1]}?u=https%3A%2F%2Fshop.test%2F", 404),
                ($"/t/c/{token}A?u=https%3A%2F%2Fshop.test%2F", 404),
                ($"/t/c/{Flipped(token)}?u=https%3A%2F%2Fshop.test%2F", 404),
                ($"/t/c/{open}?u=https%3A%2F%2Fshop.test%2F", 404),
                ($"/t/c/{otherUrl[..20]}{token[20..]}?u=https%3A%2F%2Fshop.test%2F", 404),
                ($"/t/c/x?u=https%3A%2F%2Fshop.test%2F", 404),
                ($"/t/c/{token}", 400),
                ($"/t/c/{token}?u=", 400),
                ($"/t/c/{token}?u=shop.test", 400),
                ($"/t/c/{token}?u=%2F%2Fevil.test%2F", 400),
                ($"/t/c/{token}?u=javascript%3Aalert(1)", 400),
                ($"/t/c/{token}?u=data%3Atext%2Fhtml%2Cx", 400),
                ($"/t/c/{token}?u=https%3A%2F%2Fshop.test%2F&u=https%3A%2F%2Fevil.test%2F", 400),
            }
        )
        {
            var answer = await product.VisitAsync("GET", path);
            Assert.True(answer.Status == status, $"{path}: {answer.Status}");
            Assert.Equal(status == 302 ? "https://shop.test/" : "", answer.Header("Location"));
            Assert.Equal("no-store", answer.Header("Cache-Control"));
        }
        await product.EventsAsync(id, "click", 1);
    }

    [Fact]
    public async Task A_link_with_quotation_marks_leads_where_a_browser_would_go()
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        var html = "<a href=\"https://shop.test/?q=&quot;a b&quot;&amp;r=&lt;c&gt;\">x</a>";
        var (id, _) = await product.DeliverAsync(
            "ada@example.org",
            new
            {
                content = new[] { new { type = "text/html", value = html } },
                tracking_settings = new { click_tracking = new { enable = true } },
            }
        );
        using var bytes = new MemoryStream(Assert.Single(await sink.Received(1)).Bytes);
        var mail = await MimeMessage.LoadAsync(bytes, TestContext.Current.CancellationToken);

        var clicked = await product.VisitAsync("GET", In(mail.HtmlBody, "/t/c/"));

        Assert.Equal((302, "https://shop.test/?q=%22a%20b%22&r=%3Cc%3E"), (clicked.Status, clicked.Header("Location")));
        var click = Assert.Single(await product.EventsAsync(id, "click", 1)).GetProperty("metadata");
        Assert.Equal("https://shop.test/?q=\"a b\"&r=<c>", click.GetProperty("url").GetString());
    }

    [Fact]
    public async Task The_picture_tells_nothing_of_its_token()
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(Stack.Embedded, sink.Address);
        var (id, emailId) = await product.DeliverAsync("ada@example.org");
        var token = product.Tokens().OpenToken(emailId);

        var right = await product.VisitAsync("GET", $"/t/o/{token}.gif");
        foreach (var file in new[] { $"{token[..^1]}.gif", $"{Flipped(token)}.gif", "x.gif", token, $"{token}.png", new string('a', 4000) })
        {
            var wrong = await product.VisitAsync("GET", $"/t/o/{file}");
            Assert.Equal(right.Bytes, wrong.Bytes);
            Assert.Equal(
                right.Headers.Where(h => h.Key != "Date").Select(h => (h.Key, h.Value)),
                wrong.Headers.Where(h => h.Key != "Date").Select(h => (h.Key, h.Value))
            );
        }
        await product.EventsAsync(id, "open", 1);
    }

    // From our path on, to the end of the attribute or field.
    private static string In(string? text, string path)
    {
        Assert.NotNull(text);
        var at = text.IndexOf(path, StringComparison.Ordinal);
        Assert.True(at >= 0, $"Nothing in {text} leads to {path}");
        return WebUtility.HtmlDecode(text[at..text.IndexOfAny(['"', '>'], at)]);
    }

    private static string Flipped(string token) => $"{token[..10]}{(token[10] == 'A' ? 'B' : 'A')}{token[11..]}";

    // The client puts the words of this header into an order of its own.
    private static string Sorted(string cacheControl) => string.Join(", ", CacheWords.Where(cacheControl.Split(", ").Contains));

    private static readonly string[] CacheWords = ["private", "no-cache", "no-store", "must-revalidate"];
}
