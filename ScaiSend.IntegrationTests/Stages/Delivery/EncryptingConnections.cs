using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Policies;
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

    [Theory]
    [InlineData(TlsMode.Opportunistic, true)]
    [InlineData(TlsMode.Require, false)]
    [InlineData(TlsMode.Verify, false)]
    public async Task After_a_handshake_that_fails_only_opportunistic_mail_goes_in_the_clear_over_a_new_connection(
        TlsMode mode,
        bool isDelivered
    )
    {
        await using var server = ScriptedSmtpServer.Start(async d =>
        {
            if (d.Number > 1)
            {
                await d.ServeAsync(c => c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersTls : null);
                return;
            }
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
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), TlsPolicy.Said(mode, "domain b.test"), server.AsHost());
        Assert.Equal(isDelivered, outcome.Verdict is Verdict.Delivered);
        Assert.Equal(isDelivered ? 2 : 1, server.Connections);
        Assert.Null(outcome.Attempt.Tls);
        if (isDelivered)
        {
            Assert.Equal("opportunistic (domain b.test), in the clear after TLS trouble", outcome.Attempt.TlsPolicy);
            // The connection is as good as this mail gets, so it is used again.
            await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
            Assert.Equal(2, server.Connections);
            return;
        }
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Contains("STARTTLS", outcome.Attempt.Reply, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("454 4.7.0 TLS not available")]
    [InlineData("501 5.5.4 no")]
    [InlineData(Dialogue.Close)]
    [InlineData(Dialogue.Silence)]
    public async Task A_starttls_that_is_offered_and_then_refused_is_done_without_or_the_next_host_is_tried(string reply)
    {
        await using var first = ScriptedSmtpServer.Start(c =>
            c == "STARTTLS" ? reply
            : c.StartsWith("EHLO", StringComparison.Ordinal) ? OffersTls
            : null
        );
        using var certificate = TestCertificate.New();
        await using var second = ScriptedSmtpServer.StartWithTls(certificate);
        await using var engine = Engine.With(("TlsTimeout", "00:00:00.300"));
        var require = TlsPolicy.Said(TlsMode.Require, "tenant");
        Assert.IsType<Verdict.Deferred>((await engine.SendAsync(TestMail.To("u@b.test"), require, first.AsHost())).Verdict);
        Assert.Empty(first.Contents);
        Assert.IsType<Verdict.Delivered>(
            (await engine.SendAsync(TestMail.To("u@b.test"), require, first.AsHost(), second.AsHost())).Verdict
        );
        Assert.Empty(first.Contents);
        Assert.Single(second.Contents);
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("u@b.test"), first.AsHost())).Verdict);
        Assert.Single(first.Contents);
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
