using System.Net.Http.Json;
using System.Text.Json;
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

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_refusal_for_policy_is_told_as_blocked(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("ada@example.org", "550 5.7.1 message blocked by policy");
        await using var product = await Product.StartAsync(stack, sink.Address);

        var email = await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@example.org")), "Bounced");
        var feed = await product.Http.GetFromJsonAsync<JsonElement>("/v3/events?types=blocked", TestContext.Current.CancellationToken);

        Assert.Equal(["queued", "processed", "blocked"], email.Events());
        var metadata = Assert.Single(feed.GetProperty("events").EnumerateArray()).GetProperty("metadata");
        Assert.StartsWith(
            "550 5.7.1 message blocked by policy",
            metadata.GetProperty("smtp_response").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            ("block", "5.7.1", 550, 1),
            (
                metadata.GetProperty("bounce_type").GetString(),
                metadata.GetProperty("status").GetString(),
                metadata.GetProperty("smtp_code").GetInt32(),
                metadata.GetProperty("attempt").GetInt32()
            )
        );
    }
}
