using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class InternationalAddresses
{
    private const string OffersSmtpUtf8 = "250-script.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8";

    [Fact]
    public async Task A_mail_that_needs_smtputf8_says_so_where_it_is_offered()
    {
        await using var server = ScriptedSmtpServer.Start(c => c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersSmtpUtf8 : null);
        await using var engine = Engine.With();
        var mail = TestMail.To("jürgen@xn--mnchen-3ya.test", "Grüße\r\n", needsSmtpUtf8: true);
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(mail, server.AsHost())).Verdict);
        Assert.Contains("MAIL FROM:<b+1@bounce.example.test> SMTPUTF8 BODY=8BITMIME", server.Commands);
        Assert.Contains(server.Commands, c => c.StartsWith("RCPT TO:<jürgen@", StringComparison.Ordinal));
        Assert.Equal(mail.Bytes.ToArray(), Assert.Single(server.Contents));
    }

    [Fact]
    public async Task A_mail_that_needs_smtputf8_bounces_softly_where_it_is_not_offered()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("jürgen@b.test", needsSmtpUtf8: true), server.AsHost());
        Assert.Equal(new Verdict.Bounced(BounceClass.Soft), outcome.Verdict);
        Assert.Equal("5.6.7", outcome.Attempt.EnhancedStatusCode);
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("u@xn--mnchen-3ya.test")]
    [InlineData("u@xn--strae-oqa.test")]
    [InlineData("u@xn--80akhbyknj4f.test")]
    [InlineData("u@xn--fiqs8s.test")]
    [InlineData("\"odd local\"@b.test")]
    [InlineData("o'hara+tag/x=y@b.test")]
    [InlineData("user@[127.0.0.1]")]
    public async Task Other_mail_keeps_its_addresses_even_where_smtputf8_is_offered(string recipient)
    {
        await using var server = ScriptedSmtpServer.Start(c => c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersSmtpUtf8 : null);
        await using var engine = Engine.With();
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To(recipient), server.AsHost())).Verdict);
        Assert.Contains($"RCPT TO:<{recipient}>", server.Commands);
        Assert.Contains("MAIL FROM:<b+1@bounce.example.test>", server.Commands);
    }

    [Fact]
    public async Task An_address_that_smtp_cannot_carry_bounces()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test>\r\nRCPT TO:<victim@b.test"), server.AsHost());
        Assert.Equal(new Verdict.Bounced(BounceClass.Hard), outcome.Verdict);
        Assert.DoesNotContain(server.Commands, c => c.Contains("victim", StringComparison.Ordinal));
    }
}
