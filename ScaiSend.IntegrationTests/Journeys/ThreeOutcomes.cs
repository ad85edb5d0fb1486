using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class ThreeOutcomes
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Recipients_of_one_message_end_each_in_their_own_way(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 no such user");
        sink.Answer("later@example.org", "450 4.2.0 try again later");
        await using var product = await Product.StartAsync(stack, sink.Address);

        var id = await product.SendAsync(
            new
            {
                to = new[] { new { email = "ada@example.org" } },
                cc = new[] { new { email = "nobody@example.org" } },
                bcc = new[] { new { email = "later@example.org" } },
            }
        );
        var message = await product.MessageWhenAsync(
            id,
            m =>
                States(m) is { Count: 3 } s
                && s["ada@example.org"] == "Delivered"
                && s["nobody@example.org"] == "Bounced"
                && s["later@example.org"] == "Deferred",
            "delivered, bounced and deferred"
        );
        Assert.Equal("deferred", message.GetProperty("status").GetString());

        product.Clock.Advance(TimeSpan.FromMinutes(1));
        await product.MessageWhenAsync(id, m => States(m)["later@example.org"] == "Delivered", "delivered to the last");

        var mails = await sink.Received(2);
        Assert.Equal(["ada@example.org", "later@example.org"], mails.SelectMany(m => m.Recipients).Order());
        Assert.All(mails, m => Assert.DoesNotContain("later@", System.Text.Encoding.UTF8.GetString(m.Bytes), StringComparison.Ordinal));
    }

    private static Dictionary<string, string> States(System.Text.Json.JsonElement message) =>
        message
            .GetProperty("emails")
            .EnumerateArray()
            .ToDictionary(e => e.GetProperty("to_email").GetString()!, e => e.GetProperty("state").GetString()!);
}
