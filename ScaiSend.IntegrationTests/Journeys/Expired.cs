using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class Expired
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task An_email_that_is_never_taken_bounces_after_72_hours(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("never@example.org", "450 4.2.2 mailbox full");
        await using var product = await Product.StartAsync(stack, sink.Address);
        var acceptedAt = product.Clock.GetUtcNow();

        var id = await product.SendAsync(Some.To("never@example.org"));
        var attempts = 1;
        while (product.Clock.GetUtcNow() < acceptedAt + TimeSpan.FromHours(72))
        {
            var email = (await product.MessageWhenAsync(id, m => HasTried(m, attempts), $"tried {attempts} times")).GetProperty("emails")[
                0
            ];
            product.Clock.Advance(email.GetProperty("due_at").GetDateTimeOffset() - product.Clock.GetUtcNow());
            attempts++;
        }
        var bounced = await product.EmailInStateAsync(id, "Bounced");

        Assert.Equal("bounce", bounced.Events()[^1]);
        var bounce = bounced.LastEvent();
        Assert.Equal("soft", bounce.GetProperty("metadata").GetProperty("bounce_type").GetString());
        Assert.StartsWith("expired", bounce.GetProperty("reason").GetString(), StringComparison.Ordinal);
        // 1, 5, 15, 30 min, 1, 2, 4 h, then every 8 h: the attempts that fit into 72 h.
        Assert.Equal(16, bounced.GetProperty("attempts").GetInt32());
        Assert.Empty(sink.Mails);
    }

    private static bool HasTried(System.Text.Json.JsonElement message, int attempts)
    {
        var email = message.GetProperty("emails")[0];
        return email.GetProperty("state").GetString() == "Deferred" && email.Attempts().Length == attempts;
    }
}
