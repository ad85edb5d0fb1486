using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class ScheduledRestart
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_scheduled_message_survives_a_restart_and_leaves_in_its_second(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var sendAt = product.Clock.GetUtcNow().AddHours(2);
        var id = await product.SendAsync(Some.To("ada@example.org"), new { send_at = sendAt.ToUnixTimeSeconds() });

        await product.StopRolesAsync();
        product.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(2));
        await product.StartRolesAsync();
        Assert.Equal("queued", (await product.MessageAsync(id)).GetProperty("status").GetString());
        product.Clock.Advance(TimeSpan.FromSeconds(2));

        var email = await product.EmailInStateAsync(id, "Delivered");
        Assert.Equal(["queued", "processed", "delivered"], email.Events());
        Assert.Single(sink.Mails);
    }
}
