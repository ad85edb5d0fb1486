using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class EncryptingConnections
{
    private const string OffersTls = "250-script.test\r\n250 STARTTLS";

    [Fact]
    public async Task An_offered_starttls_is_used_without_trusting_the_certificate()
    {
        await using var sink = SmtpSink.Start(offersTls: true);
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), sink.AsHost());
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.StartsWith("TLS 1.", outcome.Attempt.Tls, StringComparison.Ordinal);
        Assert.True(Assert.Single(sink.Mails).IsTls);
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("u@b.test"), sink.AsHost())).Verdict);
        Assert.Equal(1, sink.Connections);
    }

    [Fact]
    public async Task A_handshake_that_fails_defers_and_sends_nothing_in_the_clear()
    {
        await using var server = ScriptedSmtpServer.Start(async d =>
        {
            await d.SayAsync("220 script.test");
            await d.HearAsync();
            await d.SayAsync(OffersTls);
            await d.HearAsync();
            await d.SayAsync("220 Go on");
            await d.HearSomethingAsync();
            // RFC 8446 §6: a fatal alert, handshake_failure.
            await d.SendAsync([0x15, 3, 3, 0, 2, 2, 40]);
            await d.HearAsync();
        });
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Contains("STARTTLS", outcome.Attempt.Reply, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("454 4.7.0 TLS not available")]
    [InlineData("501 5.5.4 no")]
    [InlineData(Dialogue.Close)]
    [InlineData(Dialogue.Silence)]
    public async Task A_starttls_that_is_offered_and_then_refused_goes_to_the_next_host(string reply)
    {
        await using var first = ScriptedSmtpServer.Start(c =>
            c == "STARTTLS" ? reply
            : c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersTls
            : null
        );
        await using var second = ScriptedSmtpServer.Start();
        await using var engine = Engine.With(("TlsTimeout", "00:00:00.300"));
        Assert.IsType<Verdict.Deferred>((await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost())).Verdict);
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost(), second.AsHost())).Verdict);
        Assert.Empty(first.Contents);
    }

    [Fact]
    public async Task What_was_said_in_the_clear_is_forgotten_after_the_handshake()
    {
        using var certificate = TestCertificate.New();
        await using var server = ScriptedSmtpServer.Start(async d =>
        {
            await d.SayAsync("220 script.test");
            await d.HearAsync();
            await d.SayAsync("250-script.test\r\n250-SIZE 1000\r\n250 STARTTLS");
            await d.HearAsync();
            await d.SayAsync("220 Go on");
            await d.StartTlsAsync(certificate);
            await d.HearAsync();
            await d.SayAsync("250 script.test");
            await d.HearAsync();
            await d.SayAsync("250 2.1.0 Ok");
            await d.HearAsync();
            await d.SayAsync("550 5.1.1 no such user");
            while (await d.HearAsync() is not null)
                await d.SayAsync("250 Ok");
        });
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.Equal(("5.1.1", 550), (outcome.Attempt.EnhancedStatusCode, outcome.Attempt.ReplyCode));
        Assert.Contains("MAIL FROM:<b+1@bounce.example.test>", server.Commands);
    }
}
