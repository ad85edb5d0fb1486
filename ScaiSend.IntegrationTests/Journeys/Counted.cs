using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What became of mail is in the numbers of the day, without anybody doing anything.</summary>
public sealed class Counted
{
    private static readonly string[] Categories = ["receipts"];

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mails_are_in_the_numbers_of_today_seconds_later(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.AlwaysAnswer("nobody@example.org", "550 5.1.1 no such user");
        await using var product = await Product.StartAsync(stack, sink.Address);
        await product.EmailInStateAsync(await product.SendAsync(Some.To("ada@gmail.com"), new { categories = Categories }), "Delivered");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@example.org")), "Bounced");
        await product.EmailInStateAsync(await product.SendAsync(Some.To("nobody@example.org")), "Dropped");

        var sum = await product.SumsWhenAsync(json => json.GetProperty("bounce_drops").GetInt32() == 1);

        Assert.Equal(3, sum.GetProperty("requests").GetInt32());
        Assert.Equal(1, sum.GetProperty("delivered").GetInt32());
        Assert.Equal(1, sum.GetProperty("bounces").GetInt32());
        var category = await product.CallAsync(
            "GET",
            "/sendgrid/v3/categories/stats?start_date=today&categories=receipts",
            product.LiveKey
        );
        Assert.Equal(1, category.Json[0].GetProperty("stats")[0].GetProperty("metrics").GetProperty("delivered").GetInt32());
    }
}
