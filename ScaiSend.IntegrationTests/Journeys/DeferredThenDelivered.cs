using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class DeferredThenDelivered
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_deferred_email_is_tried_again_on_schedule_with_the_same_bytes(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("later@example.org", "450 4.2.0 try again later", "451 4.7.1 later still");
        await using var product = await Product.StartAsync(stack, sink.Address);

        var id = await product.SendAsync(Some.To("later@example.org"));
        var email = await product.EmailInStateAsync(id, "Deferred");
        Assert.Equal(
            product.Clock.GetUtcNow() + TimeSpan.FromMinutes(1),
            email.GetProperty("due_at").GetDateTimeOffset(),
            TimeSpan.FromMilliseconds(1)
        );
        Assert.Equal(450, email.Attempts()[0].GetProperty("reply_code").GetInt32());
        Assert.Equal("4.2.0", email.Attempts()[0].GetProperty("enhanced_status_code").GetString());

        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await product.MessageWhenAsync(id, m => m.GetProperty("emails")[0].Attempts().Length == 2, "tried twice");
        email = await product.EmailInStateAsync(id, "Deferred");
        Assert.Equal(
            product.Clock.GetUtcNow() + TimeSpan.FromMinutes(5),
            email.GetProperty("due_at").GetDateTimeOffset(),
            TimeSpan.FromMilliseconds(1)
        );

        product.Clock.Advance(TimeSpan.FromMinutes(5));
        email = await product.EmailInStateAsync(id, "Delivered");

        Assert.Equal(["queued", "processed", "deferred", "deferred", "delivered"], email.Events());
        Assert.Equal(["deferred", "deferred", "delivered"], email.Attempts().Select(a => a.GetProperty("outcome").GetString()!));
        Assert.Single(await sink.Received(1));
    }
}
