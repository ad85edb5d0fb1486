using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>Mail that an operator holds, releases, cancels and retries.</summary>
public sealed class QueueTools
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Nothing_of_a_held_tenant_leaves_before_it_is_released_but_what_comes_later_does(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var held = await ScheduleAsync(product, "ada@example.org", "bob@example.org", "cyd@example.org");

        Assert.Equal(3, await product.DoAsync("hold", new { tenant = "default" }));
        Assert.Equal(0, await product.PreviewAsync("hold", new { tenant = "default" }));
        product.Clock.Advance(Hour);
        var later = await product.SendAsync(Some.To("dan@example.org"));
        await product.EmailInStateAsync(later, "Delivered");
        foreach (var id in held)
        {
            var message = await product.MessageAsync(id);
            Assert.Equal(("queued", true), (message.GetProperty("status").GetString(), IsHeld(message)));
        }
        Assert.Single(sink.Mails);

        Assert.Equal(3, await product.DoAsync("release", new { tenant = "default" }));

        foreach (var id in held)
            Assert.Equal(["queued", "processed", "delivered"], (await product.EmailInStateAsync(id, "Delivered")).Events());
        Assert.Equal(4, sink.Mails.Count);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Released_mail_does_not_go_before_its_send_at(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var id = (await ScheduleAsync(product, "ada@example.org"))[0];
        var due = Email(await product.MessageAsync(id)).GetProperty("due_at").GetDateTimeOffset();

        await product.DoAsync("hold", new { message_id = id });
        await product.DoAsync("release", new { message_id = id });

        var email = Email(await product.MessageAsync(id));
        Assert.Equal((due, "Queued"), (email.GetProperty("due_at").GetDateTimeOffset(), email.GetProperty("state").GetString()));
        Assert.Equal(0, await product.PreviewAsync("retry", new { tenant = "default" }));
        product.Clock.Advance(Hour);
        await product.EmailInStateAsync(id, "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_batch_is_cancelled_held_or_not_and_no_other_mail_with_it(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:9");
        var batch = (await product.CallAsync("POST", "/v3/mail/batch", product.LiveKey)).Text("batch_id");
        var sendAt = (product.Clock.GetUtcNow() + Hour).ToUnixTimeSeconds();
        var (first, second) = (
            await product.SendAsync(Some.To("ada@example.org"), new { batch_id = batch, send_at = sendAt }),
            await product.SendAsync(Some.To("bob@example.org"), new { batch_id = batch, send_at = sendAt })
        );
        var other = (await ScheduleAsync(product, "cyd@example.org"))[0];
        Assert.Equal(1, await product.DoAsync("hold", new { message_id = first }));

        Assert.Equal(2, await product.DoAsync("cancel", new { batch_id = batch }));

        foreach (var id in new[] { first, second })
            Assert.Equal(["queued", "cancelled"], (await product.EmailInStateAsync(id, "Cancelled")).Events());
        Assert.Equal("queued", (await product.MessageAsync(other)).GetProperty("status").GetString());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Deferred_mail_of_a_domain_is_tried_now_and_counted_by_its_provider(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("ada@one.example", "450 4.2.0 later");
        sink.Answer("bob@two.example", "450 4.2.0 later");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (one, two) = (await product.SendAsync(Some.To("ada@one.example")), await product.SendAsync(Some.To("bob@two.example")));
        await product.EmailInStateAsync(one, "Deferred");
        await product.EmailInStateAsync(two, "Deferred");
        var listed = await product.AsOperatorAsync("GET", "/api/admin/queue?domain=ONE.example&state=deferred");
        var email = Assert.Single(listed.Json.GetProperty("emails").EnumerateArray());
        Assert.Equal((one, 1), (email.GetProperty("message_id").GetString(), email.GetProperty("attempts").GetInt32()));
        var provider = email.GetProperty("provider").GetString()!;
        var counts = (await product.AsOperatorAsync("GET", "/api/admin/queue/counts?by=domain,state")).Json;
        Assert.Equal(2, counts.GetProperty("total").GetInt32());
        Assert.Equal(2, await product.PreviewAsync("retry", new { provider }));
        Assert.Equal(0, await product.PreviewAsync("retry", new { provider = "somebody else" }));

        Assert.Equal(1, await product.DoAsync("retry", new { domain = "one.example" }));

        await product.EmailInStateAsync(one, "Delivered");
        Assert.Equal("deferred", (await product.MessageAsync(two)).GetProperty("status").GetString());
        // What is held is only tried when the filter says so.
        Assert.Equal(1, await product.DoAsync("hold", new { domain = "two.example" }));
        Assert.Equal(0, await product.PreviewAsync("retry", new { domain = "two.example" }));
        Assert.Equal(1, await product.DoAsync("retry", new { domain = "two.example", held = true }));
        await product.EmailInStateAsync(two, "Delivered");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Held_mail_ends_at_its_deadline_as_expired(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:9");
        var id = (await ScheduleAsync(product, "ada@example.org"))[0];
        await product.DoAsync("hold", new { tenant = "default" });

        product.Clock.Advance(TimeSpan.FromHours(74));

        var email = await product.EmailInStateAsync(id, "Bounced");
        Assert.Equal(["queued", "bounce"], email.Events());
        Assert.StartsWith("expired", email.LastEvent().GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await product.PreviewAsync("release", new { tenant = "default" }));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_sender_cannot_let_held_mail_go_but_can_withdraw_it(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:9");
        var id = (await ScheduleAsync(product, "ada@example.org"))[0];
        await product.DoAsync("hold", new { message_id = id });

        Assert.Equal(409, (await product.CallAsync("POST", $"/v3/messages/{id}/retry", product.LiveKey)).Status);
        Assert.True(IsHeld(await product.MessageAsync(id)));
        Assert.Equal(200, (await product.CallAsync("POST", $"/v3/messages/{id}/cancel", product.LiveKey)).Status);

        await product.EmailInStateAsync(id, "Cancelled");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Five_thousand_emails_are_held_in_chunks_over_a_stop_in_the_middle(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:9");
        var sendAt = (product.Clock.GetUtcNow() + Hour).ToUnixTimeSeconds();
        for (var i = 0; i < 5; i++)
            await product.SendAsync(Some.To([.. Enumerable.Range(0, 1000).Select(n => $"a{i}-{n}@example.org")]), new { send_at = sendAt });

        var entry = await product.ActAsync("hold", new { tenant = "default" });
        await product.EntryWhenAsync(entry, e => e.GetProperty("changed").GetInt32() >= QueueWalk.MaxRead);
        await product.StopRolesAsync();
        await product.StartRolesAsync(Cli.Roles.Role.Serve);
        var stopped = (await product.AsOperatorAsync("GET", $"/api/admin/audit/{entry}")).Json;
        Assert.InRange(stopped.GetProperty("changed").GetInt32(), QueueWalk.MaxRead, 5000);
        await product.StopRolesAsync();
        await product.StartRolesAsync();

        var done = await product.EntryWhenAsync(entry, OperatorCalls.IsDone);
        Assert.Equal((5000, 5000), (done.GetProperty("count").GetInt32(), done.GetProperty("changed").GetInt32()));
        var counts = (await product.AsOperatorAsync("GET", "/api/admin/queue/counts?by=held")).Json;
        var group = Assert.Single(counts.GetProperty("groups").EnumerateArray());
        Assert.Equal((true, 5000), (group.GetProperty("held").GetBoolean(), group.GetProperty("count").GetInt32()));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_a_dead_process_left_undone_another_one_does_when_its_lease_is_over(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:9");
        var id = (await ScheduleAsync(product, "ada@example.org"))[0];
        var filter = new QueueFilter { TenantId = await product.TenantIdAsync() };
        var left = await product
            .Services.GetRequiredService<AuditLog>()
            .OpenAsync(QueueAction.Cancel, filter, "Ticket 4711", new Operator("ada", "cli"), isOurs: true, Stop);
        // Proof that the worker has looked since: it has done what came later.
        await product.DoAsync("hold", new { tenant = "default" });
        Assert.True(IsHeld(await product.MessageAsync(id)));

        product.Clock.Advance(AuditLog.Lease);

        await product.EmailInStateAsync(id, "Cancelled");
        var entries = (await product.AsOperatorAsync("GET", "/api/admin/audit?tenant=default&action=cancel")).Json.GetProperty("entries");
        var entry = Assert.Single(entries.EnumerateArray());
        Assert.EndsWith($"{left.Id:N}", entry.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("ada", "cli", "Ticket 4711"),
            (entry.GetProperty("actor").GetString(), entry.GetProperty("via").GetString(), entry.GetProperty("reason").GetString())
        );
        Assert.StartsWith("tnt_", entry.GetProperty("target").GetProperty("tenant_id").GetString(), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> ScheduleAsync(Product product, params string[] addresses)
    {
        var ids = new List<string>();
        foreach (var address in addresses)
            ids.Add(await product.SendAsync(Some.To(address), new { send_at = (product.Clock.GetUtcNow() + Hour).ToUnixTimeSeconds() }));
        return ids;
    }

    private static JsonElement Email(JsonElement message) => message.GetProperty("emails")[0];

    private static bool IsHeld(JsonElement message) => Email(message).GetProperty("held").GetBoolean();
}
