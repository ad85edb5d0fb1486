using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What is over is kept for a time and then goes: bodies first, then messages with all that happened to them.</summary>
public sealed class Forgotten
{
    private static readonly string LargeText = Some.LargeText;

    private static readonly object WithFile = new
    {
        custom_args = new { order = "4711" },
        content = new[] { new { type = "text/plain", value = LargeText } },
        attachments = new[] { new { content = Convert.ToBase64String(new byte[70_000]), filename = "a.bin" } },
    };

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_body_goes_after_seven_days_and_its_message_says_so(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address, replace: Cleaning.ByHand);
        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org" } }, substitutions = new { name = "Countess" } },
            WithFile
        );
        await product.EmailInStateAsync(id, "Delivered");
        Assert.Equal(2, product.StoredFiles().Length);

        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddDays(6.9));
        await product.CleanUpAsync();
        Assert.NotEqual(JsonValueKind.Null, (await product.MessageAsync(id)).GetProperty("content").ValueKind);
        Assert.Equal(2, product.StoredFiles().Length);

        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddDays(0.2));
        Assert.Equal(1, (await product.CleanUpAsync()).Bodies);
        var message = await product.MessageAsync(id);
        Assert.Equal(JsonValueKind.Null, message.GetProperty("content").ValueKind);
        Assert.Equal(product.Clock.GetUtcNow(), message.GetProperty("body_deleted_at").GetDateTimeOffset());
        Assert.Equal("ada@example.org", message.GetProperty("to_emails")[0].GetString());
        Assert.Equal("4711", message.GetProperty("custom_args").GetProperty("order").GetString());
        Assert.Equal("delivered", message.GetProperty("status").GetString());
        Assert.Empty(product.StoredFiles());
        Assert.DoesNotContain("Countess", string.Concat(await product.EverythingAsync()), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_message_goes_after_ninety_days_with_everything_that_happened_to_it(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address, replace: Cleaning.ByHand);
        sink.AlwaysAnswer("bob@example.org", "550 5.7.1 No");
        var id = await product.SendAsync(Some.To("ada@example.org", "bob@example.org"));
        await product.MessageWhenAsync(
            id,
            m => m.GetProperty("emails").EnumerateArray().All(e => e.GetProperty("ended_at").ValueKind != JsonValueKind.Null),
            "ended"
        );
        await product.UntilAllIsCountedAsync();

        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddDays(89));
        await product.CleanUpAsync();
        Assert.Equal(2, (await product.MessageAsync(id)).GetProperty("emails").GetArrayLength());

        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddDays(2));
        await product.CleanUpAsync();
        using var gone = await product.Http.GetAsync($"/v3/messages/{id}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        foreach (var table in new[] { "messages", "contents", "emails", "events", "attempts" })
            Assert.Empty(await product.RowsAsync(table));
        // What keeps later mail back is no history.
        Assert.Single(await product.RowsAsync("suppressions"));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_tenant_that_keeps_longer_keeps_its_own(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address, replace: Cleaning.ByHand);
        using var other = await product.ClientOfAnotherTenantAsync();
        var tenantId = await product.TenantIdAsync();
        await using (var db = product.Database().For(tenantId))
        {
            db.TenantSettings.Add(new TenantSettings { TenantId = tenantId, KeepBodiesDays = 30 });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var id = await product.SendAsync(Some.To("ada@example.org"));
        using var sent = await other.PostAsync(
            "/v3/mail/send",
            new StringContent(Some.Request(Some.To("ada@example.org")).ToJsonString(), null, "application/json"),
            TestContext.Current.CancellationToken
        );
        await product.EmailInStateAsync(id, "Delivered");
        await sink.Received(2);
        await UntilAsync(async () => (await product.RowsAsync("emails", "WHERE lane<>0")).Count == 0);

        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddDays(8));
        Assert.Equal(1, (await product.CleanUpAsync()).Bodies);
        Assert.Equal("A text.", (await product.MessageAsync(id)).GetProperty("content")[0].GetProperty("value").GetString());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_worker_cleans_up_by_itself_while_mail_is_sent(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var old = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(old, "Delivered");
        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddDays(8));
        while ((await product.MessageAsync(old)).GetProperty("body_deleted_at").ValueKind == JsonValueKind.Null)
        {
            var id = await product.SendAsync(Some.To("bob@example.org"));
            await product.EmailInStateAsync(id, "Delivered");
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_store_that_is_away_in_between_costs_nothing_but_time(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address, replace: Cleaning.ByHand);
        var id = await product.SendAsync(Some.To("ada@example.org"), WithFile);
        await product.EmailInStateAsync(id, "Delivered");
        product.Clock.AdjustTime(product.Clock.GetUtcNow().AddDays(8));
        var blobs = product.Services.GetRequiredService<IBlobStore>();

        foreach (var prefix in new[] { "attachments/", "contents/" })
        {
            await Assert.ThrowsAsync<IOException>(() => product.CleanUpAsync(new KeepingBlob(blobs, prefix)));
            // Nobody is told of what may be half gone, and the row that names the blobs is there.
            Assert.Equal(JsonValueKind.Null, (await product.MessageAsync(id)).GetProperty("content").ValueKind);
            Assert.Single(await product.RowsAsync("contents"));
        }
        Assert.Equal(1, (await product.CleanUpAsync()).Bodies);
        Assert.Empty(product.StoredFiles());
        Assert.Empty(await product.RowsAsync("contents"));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        await Patience.UntilAsync(isSo, "It does not come to be");
    }
}
