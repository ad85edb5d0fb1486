using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What a caller who asks why is told, at points of real ways.</summary>
public sealed class Explained
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Deferred_then_tried_again_as_advised_and_delivered(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("later@example.org", "450 4.2.0 try again later");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var id = await product.SendAsync(Some.To("later@example.org"));
        await product.EmailInStateAsync(id, "Deferred");

        var email = Only(await ExplainAsync(product, id));
        Assert.Equal("waits_for_next_attempt", email.GetProperty("situation").GetString());
        Assert.Contains(
            "does not take it for now (450): 4.2.0 try again later",
            email.GetProperty("summary").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            product.Clock.GetUtcNow().AddMinutes(1),
            email.GetProperty("next").GetProperty("at").GetDateTimeOffset(),
            TimeSpan.FromMilliseconds(1)
        );
        Assert.Contains(email.GetProperty("because").EnumerateArray(), f => Says(f, "450 4.2.0 try again later") && Is(f, "mx_host", null));
        var retry = email.GetProperty("actions").EnumerateArray().Single(a => Is(a, "action", "retry"));
        Assert.True(retry.GetProperty("allowed").GetBoolean());
        var reader = await product.AddKeyAsync(await product.TenantIdAsync(), ["stats.read"]);
        var forReader = (await product.CallAsync("GET", $"/v3/messages/{id}/explain", reader)).Json.GetProperty("emails")[0];
        Assert.Equal(
            ["Null", "False", "False"],
            forReader.GetProperty("actions").EnumerateArray().Select(a => a.GetProperty("allowed").ValueKind.ToString())
        );
        var retried = await product.CallAsync(
            retry.GetProperty("method").GetString()!,
            retry.GetProperty("path").GetString()!,
            product.LiveKey
        );
        Assert.Equal(200, retried.Status);
        await product.EmailInStateAsync(id, "Delivered");

        email = Only(await ExplainAsync(product, id));
        Assert.Equal("delivered", email.GetProperty("situation").GetString());
        Assert.Equal(JsonValueKind.Null, email.GetProperty("next").ValueKind);
        Assert.Contains(email.GetProperty("not_known").EnumerateArray(), u => u.GetString() == "Whether it was read");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Bounced_then_kept_back_until_the_address_is_taken_off_the_list_as_advised(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("nobody@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var bounced = await product.SendAsync(Some.To("nobody@example.org"));
        await product.EmailInStateAsync(bounced, "Bounced");
        Assert.Equal("bounced_hard", Only(await ExplainAsync(product, bounced)).GetProperty("situation").GetString());
        var dropped = await product.SendAsync(Some.To("nobody@example.org"));
        await product.EmailInStateAsync(dropped, "Dropped");

        var email = Only(await ExplainAsync(product, dropped));
        Assert.Equal("dropped_as_bounced", email.GetProperty("situation").GetString());
        Assert.Contains(
            email.GetProperty("because").EnumerateArray(),
            f => Is(f, "text", "The address is on the list of bounces") && Says(f, "550 5.1.1 no such user")
        );
        var remove = email.GetProperty("actions")[0];
        Assert.Equal("suppressions.write", remove.GetProperty("permission").GetString());
        var removed = await product.CallAsync("DELETE", remove.GetProperty("path").GetString()!, product.LiveKey);
        Assert.Equal(204, removed.Status);

        var actions = Only(await ExplainAsync(product, dropped)).GetProperty("actions").EnumerateArray();
        Assert.Equal(["send_again"], actions.Select(a => a.GetProperty("action").GetString()));
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@example.org")), "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_suspended_destination_is_named_to_staff_and_the_look_is_written_down(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var suspension = await product
            .Services.GetRequiredService<SuspensionTable>()
            .AddAsync("smarthost", null, TimeSpan.FromHours(1), "They asked for it", null, Stop);
        // Nodes hear of a suspension within seconds; what was sent before that arrives.
        var (id, email) = await UntilSuspendedAsync(product);

        Assert.Contains(
            "Mail to smarthost is suspended: They asked for it",
            email.GetProperty("summary").GetString(),
            StringComparison.Ordinal
        );
        var asked = await product.AsOperatorAsync("GET", $"/api/admin/messages/{id}/explain?reason=Ticket%204711");
        Assert.Equal(200, asked.Status);
        Assert.Equal(("operator", true), (asked.Text("depth"), asked.Text("tenant_id").StartsWith("tnt_", StringComparison.Ordinal)));
        var inside = Only(asked.Json).GetProperty("operations").GetProperty("suspensions")[0];
        Assert.Equal($"sus_{suspension.Id:N}", inside.GetProperty("id").GetString());
        Assert.Contains(Only(asked.Json).GetProperty("actions").EnumerateArray(), a => Is(a, "action", "lift_suspension"));
        var entry = (await product.AsOperatorAsync("GET", "/api/admin/audit?action=explain_look")).Json.GetProperty("entries")[0];
        Assert.Equal(
            ("Ticket 4711", id),
            (entry.GetProperty("reason").GetString(), entry.GetProperty("target").GetProperty("message_id").GetString())
        );
        var asCaller = await product.AsOperatorAsync("GET", $"/api/admin/messages/{id}/explain?reason=r&depth=caller");
        Assert.Equal(JsonValueKind.Null, Only(asCaller.Json).GetProperty("operations").ValueKind);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_that_DNS_keeps_waiting_and_mail_of_a_test_key_are_told_as_what_they_are(Stack stack)
    {
        await using var product = await Product.StartAsync(
            stack,
            settings: new Dictionary<string, string?> { ["Delivery:Dns"] = "127.0.0.1:1", ["Delivery:DnsTimeout"] = "00:00:00.2" }
        );
        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Deferred");

        var email = Only(await ExplainAsync(product, id));
        Assert.StartsWith(
            "DNS gave no answer about the receiving domain",
            email.GetProperty("summary").GetString(),
            StringComparison.Ordinal
        );

        product.Http.DefaultRequestHeaders.Authorization = new("Bearer", product.TestKey);
        var sandbox = await ExplainAsync(product, await product.SendAsync(Some.To("ada@example.org")));
        Assert.Equal(("sandbox", 0), (sandbox.GetProperty("status").GetString(), sandbox.GetProperty("emails").GetArrayLength()));
        Assert.Contains("never sent", sandbox.GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(string Id, JsonElement Email)> UntilSuspendedAsync(Product product)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); ; )
        {
            var id = await product.SendAsync(Some.To("ada@example.org"));
            await product.MessageWhenAsync(id, m => IsSettled(m.GetProperty("emails")[0]), "delivered or held back");
            var email = Only(await ExplainAsync(product, id));
            if (Is(email, "situation", "suspended"))
                return (id, email);
            Assert.True(patience.Elapsed < Patience.Limit, email.ToString());
            product.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static bool IsSettled(JsonElement email) =>
        email.GetProperty("state").GetString() == "Delivered" || email.GetProperty("last_reply").ValueKind == JsonValueKind.String;

    private static async Task<JsonElement> ExplainAsync(Product product, string id)
    {
        var credential = product.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        var answer = await product.CallAsync("GET", $"/v3/messages/{id}/explain", credential);
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json;
    }

    private static JsonElement Only(JsonElement explained) => Assert.Single(explained.GetProperty("emails").EnumerateArray());

    // The sink adds a word of its own.
    private static bool Says(JsonElement fact, string reply) =>
        fact.GetProperty("reply").GetString()?.StartsWith(reply, StringComparison.Ordinal) == true;

    private static bool Is(JsonElement it, string name, string? value) => it.GetProperty(name).GetString() == value;
}
