using System.Net;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class Cancelled
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_scheduled_message_can_be_cancelled_and_is_never_sent(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var sendAt = product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        var cancelled = await product.SendAsync(Some.To("ada@example.org"), new { send_at = sendAt });
        var other = await product.SendAsync(Some.To("bob@example.org"), new { send_at = sendAt });
        Assert.Equal("queued", (await product.MessageAsync(cancelled)).GetProperty("status").GetString());

        using var answer = await product.Http.PostAsync($"/v3/messages/{cancelled}/cancel", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        product.Clock.Advance(TimeSpan.FromHours(1));

        await product.EmailInStateAsync(other, "Delivered");
        var email = await product.EmailInStateAsync(cancelled, "Cancelled");
        Assert.Equal(["queued", "cancelled"], email.Events());
        Assert.Equal(["bob@example.org"], Assert.Single(sink.Mails).Recipients);
        using var again = await product.Http.PostAsync($"/v3/messages/{cancelled}/cancel", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_message_that_waits_can_be_given_up_as_failed(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("later@example.org", "450 4.2.0 come back later");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var id = await product.SendAsync(Some.To("later@example.org"));
        await product.EmailInStateAsync(id, "Deferred");

        using var answer = await product.Http.PostAsync($"/v3/messages/{id}/fail", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var message = await product.MessageAsync(id);
        Assert.Equal("failed", message.GetProperty("status").GetString());
        Assert.Equal("Given up at the sender's request", message.GetProperty("error_message").GetString());
        product.Clock.Advance(TimeSpan.FromHours(73));
        var email = await product.EmailInStateAsync(id, "Failed");
        Assert.Equal(["queued", "processed", "deferred", "dropped"], email.Events());
        using var again = await product.Http.PostAsync($"/v3/messages/{id}/fail", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }
}
