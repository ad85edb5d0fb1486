using System.Text;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class SendingMail
{
    [Fact]
    public async Task The_rendered_bytes_arrive_as_they_are()
    {
        await using var sink = SmtpSink.Start();
        await using var engine = Engine.With();
        var mail = TestMail.To("u@b.test", ".\r\n..\r\n.hidden\r\n \t trailing \t\r\n\r\n" + new string('x', 900) + "\r\n\r\n\r\n");
        var outcome = await engine.SendAsync(mail, sink.AsHost());
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        var sunk = Assert.Single(await sink.Received(1));
        Assert.Equal(Encoding.UTF8.GetString(mail.Bytes.Span), Encoding.UTF8.GetString(sunk.Bytes));
        Assert.Equal("b+1@bounce.example.test", sunk.ReversePath);
        Assert.Equal(["u@b.test"], sunk.Recipients);
    }

    [Fact]
    public async Task A_large_mail_arrives_whole()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        var line = "." + new string('a', 75) + "\r\n";
        var mail = TestMail.To("u@b.test", string.Concat(Enumerable.Repeat(line, 5000)));
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(mail, server.AsHost())).Verdict);
        Assert.Equal(mail.Bytes.ToArray(), Assert.Single(server.Contents));
        Assert.Contains($"MAIL FROM:<b+1@bounce.example.test> SIZE={mail.Bytes.Length}", server.Commands);
    }

    [Fact]
    public async Task The_report_tells_the_attempts_story()
    {
        await using var server = ScriptedSmtpServer.Start(c => c == "." ? "250 2.6.0 <1@example.test>\tqueued as 4711" : null);
        await using var engine = Engine.With(("EhloName", "out.example.test"));
        var report = (await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost())).Attempt;
        Assert.Equal(
            ("127.0.0.1", $"127.0.0.1:{server.Port}", null, 250, "2.6.0", "2.6.0 <1@example.test> queued as 4711"),
            (report.MxHost, report.MxAddress, report.Tls, report.ReplyCode!.Value, report.EnhancedStatusCode, report.Reply)
        );
        Assert.True(report.Duration > TimeSpan.Zero);
        Assert.Contains("EHLO out.example.test", server.Commands);
    }

    [Fact]
    public async Task A_refused_recipient_bounces_and_the_connection_goes_on()
    {
        await using var sink = SmtpSink.Start();
        await using var engine = Engine.With();
        sink.Answer("gone@b.test", "550 5.1.1 no such user");
        var outcome = await engine.SendAsync(TestMail.To("gone@b.test"), sink.AsHost());
        Assert.Equal(new Verdict.Bounced(BounceClass.Hard), outcome.Verdict);
        Assert.Equal((550, "5.1.1"), (outcome.Attempt.ReplyCode, outcome.Attempt.EnhancedStatusCode));
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("gone@b.test"), sink.AsHost())).Verdict);
        Assert.Equal(1, sink.Connections);
    }

    [Fact]
    public async Task A_greylisted_recipient_is_deferred()
    {
        await using var sink = SmtpSink.Start();
        await using var engine = Engine.With();
        sink.AlwaysAnswer("later@b.test", "450 4.2.0 greylisted");
        Assert.IsType<Verdict.Deferred>((await engine.SendAsync(TestMail.To("later@b.test"), sink.AsHost())).Verdict);
    }

    [Fact]
    public async Task A_refused_content_bounces()
    {
        await using var sink = SmtpSink.Start();
        await using var engine = Engine.With();
        sink.AnswerContent("u@b.test", "554 5.7.1 looks like spam");
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), sink.AsHost());
        Assert.Equal(new Verdict.Bounced(BounceClass.Block), outcome.Verdict);
        Assert.Empty(sink.Mails);
    }

    [Fact]
    public async Task A_server_without_ehlo_gets_helo()
    {
        await using var server = ScriptedSmtpServer.Start(c => c.StartsWith("EHLO", StringComparison.Ordinal) ? "502 unknown" : null);
        await using var engine = Engine.With();
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost())).Verdict);
        Assert.Contains(server.Commands, c => c.StartsWith("HELO ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("(greeting)", "the greeting")]
    [InlineData("EHLO", "EHLO")]
    [InlineData("MAIL", "MAIL FROM")]
    [InlineData("DATA", "DATA")]
    [InlineData(".", "the end of the content")]
    public async Task Silence_at_any_step_has_a_limit(string command, string step)
    {
        await using var server = ScriptedSmtpServer.Start(c => c.StartsWith(command, StringComparison.Ordinal) ? Dialogue.Silence : null);
        await using var engine = Engine.With(
            ("GreetingTimeout", "00:00:00.300"),
            ("CommandTimeout", "00:00:00.300"),
            ("DataTimeout", "00:00:00.300"),
            ("AcceptanceTimeout", "00:00:00.300")
        );
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal($"No answer in time at {step}", outcome.Attempt.Reply);
    }

    [Fact]
    public async Task The_whole_attempt_has_a_limit()
    {
        await using var server = ScriptedSmtpServer.Start(_ => Dialogue.Silence);
        await using var engine = Engine.With(("AttemptLimit", "00:00:00.300"));
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost(), server.AsHost(), server.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_endless_reply_is_cut_off()
    {
        await using var server = ScriptedSmtpServer.Start(async d =>
        {
            for (var i = 0; i < 100_000; i++)
                await d.SayAsync("220-welcome to a very long greeting");
        });
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Contains("longer than", outcome.Attempt.Reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_reply_is_kept_in_part()
    {
        await using var server = ScriptedSmtpServer.Start(c =>
            c.StartsWith("RCPT", StringComparison.Ordinal) ? $"550 5.7.1 {new string('n', 5000)}" : null
        );
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.Equal(1000, outcome.Attempt.Reply.Length);
    }

    [Fact]
    public async Task A_server_that_does_not_speak_smtp_defers()
    {
        await using var server = ScriptedSmtpServer.Start(d => d.SayAsync("HTTP/1.1 400 Bad Request"));
        await using var engine = Engine.With();
        Assert.IsType<Verdict.Deferred>((await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost())).Verdict);
    }

    [Fact]
    public async Task The_caller_can_stop_before_the_content_is_sent()
    {
        using var stop = new CancellationTokenSource();
        await using var server = ScriptedSmtpServer.Start(c =>
        {
            if (!c.StartsWith("MAIL", StringComparison.Ordinal))
                return null;
            stop.Cancel();
            return Dialogue.Silence;
        });
        await using var engine = Engine.With();
        await using var slot = await engine.Sender.ReserveAsync(new Destination("b.test"), stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            slot!.SendAsync(TestMail.To("u@b.test"), new MxRoute.ToHosts([server.AsHost()], "b.test"), stop.Token)
        );
    }

    [Theory]
    [InlineData("250 SIZE 400", true)]
    [InlineData("250 SIZE 100000", false)]
    [InlineData("250 SIZE 0", false)]
    [InlineData("250 SIZE", false)]
    public async Task A_mail_that_is_larger_than_the_server_takes_is_not_sent(string size, bool isTooLarge)
    {
        await using var server = ScriptedSmtpServer.Start(c =>
            c.StartsWith("EHLO", StringComparison.Ordinal) ? $"250-script.test\r\n{size}" : null
        );
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test", new string('x', 500) + "\r\n"), server.AsHost());
        Assert.Equal(isTooLarge ? new Verdict.Bounced(BounceClass.Soft) : new Verdict.Delivered(), outcome.Verdict);
        Assert.Equal(isTooLarge ? 0 : 1, server.Contents.Count);
        if (isTooLarge)
            Assert.Equal(("5.3.4", null), (outcome.Attempt.EnhancedStatusCode, outcome.Attempt.ReplyCode));
        // A smaller one may have the connection.
        await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task The_caller_cannot_stop_once_the_content_is_sent()
    {
        using var stop = new CancellationTokenSource();
        await using var server = ScriptedSmtpServer.Start(c =>
        {
            if (c == ".")
                stop.Cancel();
            return null;
        });
        await using var engine = Engine.With();
        await using var slot = await engine.Sender.ReserveAsync(new Destination("b.test"), stop.Token);
        var outcome = await slot!.SendAsync(TestMail.To("u@b.test"), new MxRoute.ToHosts([server.AsHost()], "b.test"), stop.Token);
        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
    }

    [Fact]
    public async Task A_refused_route_bounces_and_an_unknown_one_defers()
    {
        await using var engine = Engine.With();
        var mail = TestMail.To("u@b.test");
        var refused = await engine.Sender.SendAsync(mail, new MxRoute.Refused("5.1.10", "No mail"), TestContext.Current.CancellationToken);
        var unknown = await engine.Sender.SendAsync(mail, new MxRoute.Unknown("No answer"), TestContext.Current.CancellationToken);
        Assert.Equal(new Verdict.Bounced(BounceClass.Hard), refused!.Verdict);
        Assert.Equal(("5.1.10", "No mail"), (refused.Attempt.EnhancedStatusCode, refused.Attempt.Reply));
        Assert.IsType<Verdict.Deferred>(unknown!.Verdict);
    }
}
