using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MassTransit.Mediator;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>Scheduled mail that is paused, resumed and cancelled by its batch.</summary>
public sealed class Batches
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_paused_batch_waits_over_a_restart_and_goes_when_it_is_resumed(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var batch = await IssueAsync(product.Http);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add(await ScheduleAsync(product, batch, Hour));
        var other = await ScheduleAsync(product, await IssueAsync(product.Http), Hour);
        await SetAsync(product.Http, batch, "pause");

        product.Clock.Advance(Hour);
        await product.EmailInStateAsync(other, "Delivered");
        foreach (var id in ids)
        {
            var message = await product.MessageWhenAsync(id, IsHeld, "held");
            Assert.Equal(("queued", "pause"), (message.GetProperty("status").GetString(), message.GetProperty("batch_status").GetString()));
        }
        // Mail that comes now is held as well.
        ids.Add(await product.SendAsync(Some.To("ada@example.org"), new { batch_id = batch }));
        await product.MessageWhenAsync(ids[^1], IsHeld, "held");
        await product.StopRolesAsync();
        await product.StartRolesAsync();
        product.Clock.Advance(TimeSpan.FromHours(5));
        Assert.Single(sink.Mails);

        using var resumed = await product.Http.DeleteAsync($"/v3/user/scheduled_sends/{batch}", Stop);
        Assert.Equal(HttpStatusCode.NoContent, resumed.StatusCode);

        foreach (var id in ids)
            Assert.Equal(["queued", "processed", "delivered"], (await product.EmailInStateAsync(id, "Delivered")).Events());
        Assert.Equal(5, sink.Mails.Count);
        Assert.Equal(JsonValueKind.Null, (await product.MessageAsync(ids[0])).GetProperty("batch_status").ValueKind);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_cancelled_batch_is_cancelled_when_its_time_comes_unless_the_cancel_is_taken_back(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var (kept, cancelled) = (await IssueAsync(product.Http), await IssueAsync(product.Http));
        var (keptMail, cancelledMail) = (await ScheduleAsync(product, kept, Hour), await ScheduleAsync(product, cancelled, Hour));
        await SetAsync(product.Http, kept, "cancel");
        await SetAsync(product.Http, cancelled, "cancel");
        using (var back = await product.Http.DeleteAsync($"/v3/user/scheduled_sends/{kept}", Stop))
            Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
        var later = await product.SendAsync(Some.To("bob@example.org"), new { batch_id = cancelled });
        await product.EmailInStateAsync(later, "Cancelled");
        Assert.Equal("queued", (await product.MessageAsync(cancelledMail)).GetProperty("status").GetString());
        Assert.Equal("queued", (await product.MessageAsync(keptMail)).GetProperty("status").GetString());

        product.Clock.Advance(Hour);

        await product.EmailInStateAsync(keptMail, "Delivered");
        Assert.Equal(["queued", "cancelled"], (await product.EmailInStateAsync(cancelledMail, "Cancelled")).Events());
        Assert.Single(sink.Mails);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_paused_batch_can_be_cancelled_instead_of_resumed(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var batch = await IssueAsync(product.Http);
        var id = await ScheduleAsync(product, batch, Hour);
        await SetAsync(product.Http, batch, "pause");
        product.Clock.Advance(Hour);
        await product.MessageWhenAsync(id, IsHeld, "held");

        using var changed = await product.Http.PatchAsJsonAsync($"/v3/user/scheduled_sends/{batch}", new { status = "cancel" }, Stop);

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        await product.EmailInStateAsync(id, "Cancelled");
        Assert.Empty(sink.Mails);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_batch_cancelled_for_good_ends_at_once_in_chunks_and_stays_cancelled(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var batch = await IssueAsync(product.Http);
        // More emails than one chunk wakes, and one message that lies across the border of two.
        var many = await ScheduleAsync(product, batch, Hour, Enumerable.Range(0, 400).Select(i => $"a{i}@example.org"));
        var more = await ScheduleAsync(product, batch, Hour, Enumerable.Range(0, 400).Select(i => $"b{i}@example.org"));
        var far = await ScheduleAsync(product, batch, 3 * Hour);
        Assert.Equal(HttpStatusCode.OK, (await CancelAsync(product.Http, batch)).Status);

        foreach (var id in new[] { many, more, far })
            await product.MessageWhenAsync(id, m => m.GetProperty("status").GetString() == "cancelled", "cancelled");
        var later = await product.SendAsync(Some.To("bob@example.org"), new { batch_id = batch });
        await product.EmailInStateAsync(later, "Cancelled");

        using var back = await product.Http.DeleteAsync($"/v3/user/scheduled_sends/{batch}", Stop);
        Assert.Equal(HttpStatusCode.Conflict, back.StatusCode);
        var (status, totals) = await CancelAsync(product.Http, batch);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((4, 4), (totals.GetProperty("total").GetInt32(), totals.GetProperty("by_status").GetProperty("cancelled").GetInt32()));
        product.Clock.Advance(Hour);
        Assert.Empty(sink.Mails);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_pause_that_outlasts_the_deadline_ends_in_an_expired_bounce(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:9");
        var batch = await IssueAsync(product.Http);
        var id = await ScheduleAsync(product, batch, Hour);
        await SetAsync(product.Http, batch, "pause");
        product.Clock.Advance(Hour);
        await product.MessageWhenAsync(id, IsHeld, "held");

        product.Clock.Advance(TimeSpan.FromHours(72));

        var email = await product.EmailInStateAsync(id, "Bounced");
        Assert.Equal(["queued", "bounce"], email.Events());
        Assert.StartsWith("expired", email.LastEvent().GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty(email.Attempts());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_renderer_that_saw_the_pause_too_late_holds_nothing_for_long(Stack stack)
    {
        // Without a worker, so that each step is ours.
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var database = product.Services.GetRequiredService<MailDatabase>();
        var leases = Options.Create(new Leases());
        var wake = new WakeBatches(database, new BatchEmails(database), leases, product.Clock, NullLogger<WakeBatches>.Instance);
        await using var connection = await database.OpenAsync(Stop);
        var batch = await IssueAsync(product.Http);
        var id = await product.SendAsync(Some.To("ada@example.org"), new { batch_id = batch });
        await SetAsync(product.Http, batch, "pause");
        using var resumed = await product.Http.DeleteAsync($"/v3/user/scheduled_sends/{batch}", Stop);
        Assert.Equal(0, await wake.OnceAsync(connection, Stop));

        var email = (await product.MessageAsync(id)).GetProperty("emails")[0];
        Assert.True(Ids.TryRead(Ids.Email, email.GetProperty("id").GetString(), out var emailId));
        var told = await product.Services.GetRequiredService<IMediator>().TellAsync(new BatchPaused(emailId, 1), Stop);
        Assert.True(told is { IsAccepted: true });
        Assert.True(IsHeld(await product.MessageAsync(id)));
        Assert.Equal(0, await wake.OnceAsync(connection, Stop));
        product.Clock.Advance(leases.Value.Render + WakeBatches.Tolerance + TimeSpan.FromSeconds(1));

        Assert.Equal(1, await wake.OnceAsync(connection, Stop));
        var due = (await product.MessageAsync(id)).GetProperty("emails")[0].GetProperty("due_at").GetDateTimeOffset();
        Assert.Equal(product.Clock.GetUtcNow(), due);
        await using var db = database.ForPlatform();
        Assert.Equal(0, await db.MailBatches.IgnoreQueryFilters().CountAsync(b => b.ChangedAt != null, Stop));
    }

    /// <summary>Due at nothing but its deadline.</summary>
    private static bool IsHeld(JsonElement message)
    {
        var email = message.GetProperty("emails")[0];
        return email.GetProperty("state").GetString() == "Queued"
            && email.GetProperty("due_at").GetDateTimeOffset() == email.GetProperty("deadline_at").GetDateTimeOffset();
    }

    private static async Task<string> IssueAsync(HttpClient http)
    {
        using var answer = await http.PostAsync("/v3/mail/batch", null, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("batch_id").GetString()!;
    }

    private static Task<string> ScheduleAsync(Product product, string batch, TimeSpan ahead, IEnumerable<string>? to = null) =>
        product.SendAsync(
            Some.To([.. to ?? ["ada@example.org"]]),
            new { batch_id = batch, send_at = (product.Clock.GetUtcNow() + ahead).ToUnixTimeSeconds() }
        );

    private static async Task SetAsync(HttpClient http, string batch, string status)
    {
        using var answer = await http.PostAsJsonAsync("/v3/user/scheduled_sends", new { batch_id = batch, status }, Stop);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> CancelAsync(HttpClient http, string batch)
    {
        using var answer = await http.PostAsync($"/v3/mail/batch/{batch}/cancel", null, Stop);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Stop));
    }
}
