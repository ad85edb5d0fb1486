using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.ScaiKey;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Rules.ScaiKey;

/// <summary>Which messages are believed to be ScaiKey's, and what is answered.</summary>
public sealed class EventTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Forged =>
        new()
        {
            { "none", "The header X-ScaiKey-Signature is missing" },
            { "another secret", "The signature is wrong" },
            { "another body", "The signature is wrong" },
            { "another moment", "The signature is wrong" },
            { "no v1", "The header X-ScaiKey-Signature is malformed; allowed is t=<unix>,v1=<hex>" },
            { "no t", "The header X-ScaiKey-Signature is malformed; allowed is t=<unix>,v1=<hex>" },
            { "two t", "The header X-ScaiKey-Signature is malformed; allowed is t=<unix>,v1=<hex>" },
            { "t with a sign", "The header X-ScaiKey-Signature is malformed; allowed is t=<unix>,v1=<hex>" },
            { "v1 cut short", "The signature is wrong" },
            { "v1 empty", "The signature is wrong" },
            { "v1 no hex", "The signature is wrong" },
            { "nine v1", "The header X-ScaiKey-Signature is malformed; allowed is t=<unix>,v1=<hex>" },
            { "old", "The signed moment is more than 5 minutes from now" },
            { "of the future", "The signed moment is more than 5 minutes from now" },
        };

    [Theory, MemberData(nameof(Forged))]
    public async Task A_forged_or_replayed_message_is_refused_and_changes_nothing(string what, string detail)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        var body = scaiKey.Event("tenant.created", "tnt_a", new { name = "A" });
        var now = product.Clock.GetUtcNow();
        var t = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var right = scaiKey.Signature(body);
        var signature = what switch
        {
            "none" => "",
            "another secret" => scaiKey.Signature(body, secret: "whsec_another_secret_of_this_length"),
            "another body" => scaiKey.Signature(body + " "),
            "another moment" => right.Replace(t, $"{long.Parse(t, CultureInfo.InvariantCulture) + 1}", StringComparison.Ordinal),
            "no v1" => $"t={t}",
            "no t" => right.Split(',')[1],
            "two t" => $"t={t},{right}",
            "t with a sign" => right.Replace("t=", "t=+", StringComparison.Ordinal),
            "v1 cut short" => right[..^2],
            "v1 empty" => $"t={t},v1=",
            "v1 no hex" => right[..^2] + "zz",
            "nine v1" => $"t={t},{string.Join(',', Enumerable.Repeat(right.Split(',')[1], 9))}",
            "old" => scaiKey.Signature(body, now - ScaiKeySignatureWindow - TimeSpan.FromSeconds(1)),
            "of the future" => scaiKey.Signature(body, now + ScaiKeySignatureWindow + TimeSpan.FromSeconds(1)),
            _ => throw new ArgumentException(what),
        };

        var answer = await scaiKey.SendAsync(product.Http, body, signature);

        Assert.Equal(400, answer.Status);
        Assert.Equal(detail, answer.Text("detail"));
        Assert.Empty(await product.MirroredAsync());
        Assert.Equal(0, await RecordsAsync(product));
    }

    private static readonly TimeSpan ScaiKeySignatureWindow = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_signature_counts_within_the_window_and_beside_others_that_are_wrong()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        var now = product.Clock.GetUtcNow();

        foreach (var at in (DateTimeOffset[])[now - ScaiKeySignatureWindow, now + ScaiKeySignatureWindow])
        {
            var body = scaiKey.Event("user.created", "usr_a", new { email = "a@example.org" });
            Assert.Equal(200, (await scaiKey.SendAsync(product.Http, body, scaiKey.Signature(body, at))).Status);
        }
        var changing = scaiKey.Event("user.updated", "usr_a", new { email = "b@example.org" });
        var t = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var both = $"t={t},v1={ScaiKeyStandIn.Hex("the secret before this one", t, changing)},{scaiKey.Signature(changing).Split(',')[1]}";
        Assert.Equal(200, (await scaiKey.SendAsync(product.Http, changing, both)).Status);
    }

    public static TheoryData<string, bool, bool, string> Answers =>
        new()
        {
            { "tenant.created tnt_a {\"name\":\"A\"}", true, true, "tenant added" },
            { "tenant.updated tnt_a {\"name\":\"B\"}", true, true, "tenant added" },
            { "tenant.deleted tnt_a {}", true, true, "tenant deleted" },
            { "user.suspended usr_a {}", true, true, "user added" },
            { "user.password_changed usr_a {}", true, true, "nothing here depends on this" },
            { "user.mfa_enabled usr_a {}", true, true, "nothing here depends on this" },
            { "application.assigned app_a {}", true, true, "nothing here depends on this" },
            { "invoice.paid inv_a {}", true, false, "invoice.paid is no event that is handled here" },
            { "tenant.frozen tnt_a {}", true, false, "tenant.frozen is no event that is handled here" },
            { "tenant.created tnt_a {\"name\":7}", false, true, "name is not a string" },
            { "tenant.created tnt_a {\"slug\":\"\\ud800\"}", false, true, "slug is not valid Unicode" },
            {
                "user.created a/b {}",
                false,
                true,
                "id is no id: 1 to 64 letters, digits and any of - _ . :, and not like those of this installation"
            },
            { "group.created grp_a {\"name\":\"G\"}", false, true, "Nothing says which tenant the group grp_a is of" },
            { "group.created grp_a {\"tenant_id\":\"tnt_a\",\"members\":[1]}", false, true, "members has an item that is no id" },
            { "group.member_added grp_a {\"tenant_id\":\"tnt_a\"}", false, true, "member_id is missing" },
        };

    [Theory, MemberData(nameof(Answers))]
    public async Task Each_message_is_answered_with_what_came_of_it_and_its_duplicate_likewise(
        string said,
        bool success,
        bool handled,
        string message
    )
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        var words = said.Split(' ', 3);
        var body = scaiKey
            .Event(words[0], words[1], eventId: "evt_1")
            .Replace("\"data\":{}", $"\"data\":{words[2]}", StringComparison.Ordinal);

        var answer = await scaiKey.SendAsync(product.Http, body);
        var state = await product.MirroredAsync();
        var again = await scaiKey.SendAsync(product.Http, body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            JsonSerializer.Serialize(
                new
                {
                    success,
                    handled,
                    message,
                    event_id = "evt_1",
                }
            ),
            answer.Body
        );
        Assert.Equal(answer.Body, again.Body);
        Assert.Equal(state, await product.MirroredAsync());
        Assert.True(await RecordsAsync(product) <= 1);
    }

    [Theory]
    [InlineData("[]", "The body is not a JSON object")]
    [InlineData("{", "The body is not valid JSON")]
    [InlineData("{}", "event_id is missing")]
    [InlineData("""{"event_id":"e","event_type":"user.created","resource":{"id":"usr_a"}}""", "timestamp is not a moment in ISO 8601")]
    [InlineData("""{"event_id":"e","event_type":"user.created","timestamp":"2026-01-01T00:00:00Z"}""", "resource is missing")]
    public async Task A_body_that_is_no_event_is_said_to_be_none(string body, string message)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);

        var answer = await scaiKey.SendAsync(product.Http, body);

        Assert.Equal((200, false, message), (answer.Status, answer.Json.GetProperty("success").GetBoolean(), answer.Text("message")));
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_taken()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.Settings, roles: Role.Serve);

        var answer = await scaiKey.SendAsync(product.Http, scaiKey.Event("tenant.created", "tnt_a", new { name = "A" }));

        Assert.Equal((503, """{"detail":"ScaiKey:WebhookSecret is not set here"}"""), (answer.Status, answer.Body));
        Assert.Empty(await product.MirroredAsync());
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);

        var answer = await scaiKey.SendAsync(product.Http, new string(' ', ScaiKeyWebhook.MaxBytes + 1));

        Assert.Equal((413, """{"detail":"The body may not be larger than 1048576 bytes"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", product.Http.BaseAddress!.Port, Stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            "POST /webhooks/scaikey HTTP/1.1\r\nHost: x\r\nX-ScaiKey-Signature: t=1\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(),
            Stop
        );
        var read = new byte[64];
        var answer = stream.ReadAsync(read, Stop).AsTask();

        while (!answer.IsCompleted)
        {
            // Not before the request has begun to wait.
            product.Clock.Advance(ScaiKeyWebhook.BodyLimit);
            await Task.WhenAny(answer, Task.Delay(50, Stop));
        }

        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(read, 0, await answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_operator_suspended_stays_so_and_what_ScaiKey_suspended_it_lifts()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        await SayAsync("tenant.created", new { name = "A" });
        var tenants = product.Services.GetRequiredService<TenantTable>();
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var id = (await db.Tenants.IgnoreQueryFilters().SingleAsync(t => t.ExternalId == "tnt_a", Stop)).Id;

        await tenants.SuspendAsync(id, isSuspended: true, Stop);
        await SayAsync("tenant.updated", new { name = "B", status = "ACTIVE" });
        Assert.Equal(["tenant tnt_a B of none suspended"], await product.MirroredAsync());
        await SayAsync("tenant.updated", new { status = "SUSPENDED" });
        await SayAsync("tenant.updated", new { status = "ACTIVE" });
        Assert.Equal(["tenant tnt_a B of none suspended"], await product.MirroredAsync());

        await tenants.SuspendAsync(id, isSuspended: false, Stop);
        await SayAsync("tenant.updated", new { status = "SUSPENDED" });
        Assert.Equal(["tenant tnt_a B of none suspended"], await product.MirroredAsync());
        // Lifted here, and suspended again by what ScaiKey says next.
        await tenants.SuspendAsync(id, isSuspended: false, Stop);
        Assert.Equal(["tenant tnt_a B of none active"], await product.MirroredAsync());
        await SayAsync("tenant.updated", new { status = "SUSPENDED" });
        Assert.Equal(["tenant tnt_a B of none suspended"], await product.MirroredAsync());
        await SayAsync("tenant.updated", new { status = "ACTIVE" });
        Assert.Equal(["tenant tnt_a B of none active"], await product.MirroredAsync());
        Assert.Equal(
            ["tenant_suspend", "tenant_suspend", "tenant_resume"],
            await db.AuditEntries.Where(e => e.Actor == Mirror.Actor).OrderBy(e => e.Id).Select(e => e.Action).ToListAsync(Stop)
        );

        async Task SayAsync(string type, object data)
        {
            product.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(200, (await scaiKey.SendAsync(product.Http, scaiKey.Event(type, "tnt_a", data))).Status);
        }
    }

    [Fact]
    public async Task Staff_that_suspends_what_ScaiKey_has_suspended_keeps_it_so()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        await SayAsync("tenant.created", new { name = "A" });
        await SayAsync("tenant.updated", new { status = "SUSPENDED" });
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var id = (await db.Tenants.IgnoreQueryFilters().SingleAsync(t => t.ExternalId == "tnt_a", Stop)).Id;

        await product.Services.GetRequiredService<TenantTable>().SuspendAsync(id, isSuspended: true, Stop);
        await SayAsync("tenant.updated", new { status = "ACTIVE" });

        Assert.Equal(["tenant tnt_a A of none suspended"], await product.MirroredAsync());

        async Task SayAsync(string type, object data)
        {
            product.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(200, (await scaiKey.SendAsync(product.Http, scaiKey.Event(type, "tnt_a", data))).Status);
        }
    }

    [Theory]
    [InlineData("tnt_0199c0de000070008000000000000001")]
    [InlineData("usr_0199c0de000070008000000000000001")]
    public async Task An_id_of_the_form_of_ours_is_refused(string id)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);

        var answer = await scaiKey.SendAsync(product.Http, scaiKey.Event("tenant.created", id, new { name = "A" }));

        Assert.Contains("not like those of this installation", answer.Body, StringComparison.Ordinal);
        Assert.Empty(await product.MirroredAsync());
    }

    [Fact]
    public async Task News_of_a_time_that_has_not_come_are_refused_and_newer_ones_get_through()
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);
        var created = scaiKey.Event("tenant.created", "tnt_a", new { name = "A" });
        Assert.Equal(200, (await scaiKey.SendAsync(product.Http, created)).Status);
        product.Clock.Advance(TimeSpan.FromSeconds(1));

        var ahead = scaiKey.Event("tenant.updated", "tnt_a", new { name = "B" }, DateTimeOffset.MaxValue);
        Assert.Contains("minutes ahead", (await scaiKey.SendAsync(product.Http, ahead)).Body, StringComparison.Ordinal);
        await scaiKey.SendAsync(product.Http, scaiKey.Event("tenant.updated", "tnt_a", new { name = "C" }));

        Assert.Equal(["tenant tnt_a C of none active"], await product.MirroredAsync());
    }

    public static TheoryData<string?, string, string> Names =>
        new()
        {
            { "shop", "The shop", "shop" },
            { null, "The shop", "the-shop" },
            { "1 is no short name", "Ærø & Söhne, 2. Filiale", "r-sohne-2-filiale" },
            { null, "株式会社", "unnamed" },
            { null, new string('a', 80), new string('a', 64) },
        };

    [Theory, MemberData(nameof(Names))]
    public async Task Tenants_get_short_names_of_their_own(string? slug, string name, string expected)
    {
        await using var scaiKey = await ScaiKeyStandIn.StartAsync();
        await using var product = await StartAsync(scaiKey);

        for (var i = 1; i <= 3; i++)
            await scaiKey.SendAsync(product.Http, scaiKey.Event("tenant.created", $"tnt_{i}", new { name, slug }));

        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var made = await db.Tenants.IgnoreQueryFilters().Where(t => t.ExternalId != null).OrderBy(t => t.ExternalId).ToListAsync(Stop);
        string Cut(string suffix) => expected[..Math.Min(expected.Length, 64 - suffix.Length)] + suffix;
        Assert.Equal([expected, Cut("-2"), Cut("-3")], made.Select(t => t.Slug));
    }

    private static async Task<Product> StartAsync(ScaiKeyStandIn scaiKey)
    {
        var product = await Product.StartAsync(Stack.Embedded, settings: scaiKey.MirrorSettings, roles: Role.Serve);
        scaiKey.Clock = product.Clock;
        return product;
    }

    private static async Task<int> RecordsAsync(Product product)
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        return await db.ProcessedWebhookEvents.CountAsync(Stop);
    }
}
