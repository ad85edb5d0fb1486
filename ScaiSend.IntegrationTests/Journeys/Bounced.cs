using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class Bounced
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_refused_email_bounces_with_the_servers_words(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(stack, sink.Address);

        var id = await product.SendAsync(Some.To("nobody@example.org"));
        var email = await product.EmailInStateAsync(id, "Bounced");

        Assert.Equal(["queued", "processed", "bounce"], email.Events());
        Assert.Contains("no such user", email.GetProperty("last_reply").GetString(), StringComparison.Ordinal);
        Assert.Equal("hard", email.LastEvent().GetProperty("metadata").GetProperty("bounce_type").GetString());
        Assert.Equal("bounced", (await product.MessageAsync(id)).GetProperty("status").GetString());
        Assert.Empty(sink.Mails);
    }
}
