using System.Text;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class Delivered
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_message_is_accepted_rendered_signed_and_delivered(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);

        var id = await product.SendAsync(Some.To("ada@example.org"));
        var email = await product.EmailInStateAsync(id, "Delivered");

        var mail = Assert.Single(await sink.Received(1));
        Assert.Equal(["ada@example.org"], mail.Recipients);
        var text = Encoding.UTF8.GetString(mail.Bytes);
        Assert.StartsWith("DKIM-Signature: v=1; a=rsa-sha256;", text, StringComparison.Ordinal);
        Assert.Contains("Subject: A subject\r\n", text, StringComparison.Ordinal);
        Assert.Equal(["queued", "processed", "delivered"], email.Events());
        var attempt = Assert.Single(email.Attempts());
        Assert.Equal(250, attempt.GetProperty("reply_code").GetInt32());
        Assert.Equal(sink.Address, attempt.GetProperty("mx_address").GetString());
        var message = await product.MessageAsync(id);
        Assert.Equal("delivered", message.GetProperty("status").GetString());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_test_key_stores_and_sends_nothing(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        product.Http.DefaultRequestHeaders.Authorization = new("Bearer", product.TestKey);

        var id = await product.SendAsync(Some.To("ada@example.org"));

        var message = await product.MessageAsync(id);
        Assert.Equal("sandbox", message.GetProperty("status").GetString());
        Assert.Empty(message.GetProperty("emails").EnumerateArray());
        Assert.Empty(sink.Mails);
    }
}
