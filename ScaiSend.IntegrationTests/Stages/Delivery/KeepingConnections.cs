using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

public sealed class KeepingConnections
{
    [Fact]
    public async Task A_connection_serves_many_mails()
    {
        await using var sink = SmtpSink.Start();
        await using var engine = Engine.With();
        for (var i = 0; i < 10; i++)
            Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To($"u{i}@b.test"), sink.AsHost())).Verdict);
        Assert.Equal((10, 1), (sink.Mails.Count, sink.Connections));
    }

    [Fact]
    public async Task A_connection_is_closed_after_so_many_mails()
    {
        await using var server = ScriptedSmtpServer.Start();
        await using var engine = Engine.With(("MailsPerConnection", "2"));
        for (var i = 0; i < 5; i++)
            await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.Equal((3, 2), (server.Connections, server.Commands.Count(c => c == "QUIT")));
    }

    [Fact]
    public async Task An_unused_connection_is_closed_politely()
    {
        var saidGoodbye = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(c =>
        {
            if (c == "QUIT")
                saidGoodbye.TrySetResult();
            return null;
        });
        await using var engine = Engine.With(("IdleLimit", "00:00:00.100"));
        await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        await saidGoodbye.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_domain_has_no_more_connections_than_allowed()
    {
        await using var sink = SmtpSink.Start();
        await using var engine = Engine.With(("PoolSizePerDomain", "2"), ("SlotWait", "00:00:30"));
        var sent = Enumerable.Range(0, 20).Select(i => engine.SendAsync(TestMail.To($"u{i}@b.test"), sink.AsHost()));
        Assert.All(await Task.WhenAll(sent), outcome => Assert.IsType<Verdict.Delivered>(outcome.Verdict));
        Assert.InRange(sink.Connections, 1, 2);
    }

    [Fact]
    public async Task Who_waits_too_long_for_a_connection_is_held_back()
    {
        await using var engine = Engine.With(("PoolSizePerDomain", "1"), ("SlotWait", "00:00:00.100"));
        var cancellation = TestContext.Current.CancellationToken;
        var first = await engine.Sender.ReserveAsync(new Destination("b.test"), cancellation);
        Assert.Null(await engine.Sender.ReserveAsync(new Destination("b.test"), cancellation));
        await using var other = await engine.Sender.ReserveAsync(new Destination("a.test"), cancellation);
        Assert.NotNull(other);
        await first!.DisposeAsync();
        await first.DisposeAsync();
        await using var second = await engine.Sender.ReserveAsync(new Destination("b.test"), cancellation);
        Assert.NotNull(second);
        Assert.Null(await engine.Sender.ReserveAsync(new Destination("b.test"), cancellation));
    }

    [Fact]
    public async Task All_domains_share_the_smarthosts_connections()
    {
        await using var engine = Engine.With(("PoolSizePerDomain", "1"), ("SlotWait", "00:00:00.100"), ("Smarthost", "127.0.0.1:25"));
        var a = Assert.IsType<MxRoute.ToHosts>(await engine.Mx.FindAsync("a.test", TestContext.Current.CancellationToken));
        var b = Assert.IsType<MxRoute.ToHosts>(await engine.Mx.FindAsync("b.test", TestContext.Current.CancellationToken));
        await using var first = await engine.Sender.ReserveAsync(new Destination(a.Provider), TestContext.Current.CancellationToken);
        Assert.Null(await engine.Sender.ReserveAsync(new Destination(b.Provider), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Waiting_for_a_connection_can_be_stopped()
    {
        await using var engine = Engine.With(("PoolSizePerDomain", "1"), ("SlotWait", "00:10:00"));
        await using var first = await engine.Sender.ReserveAsync(new Destination("b.test"), TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var waiting = engine.Sender.ReserveAsync(new Destination("b.test"), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData("close")]
    [InlineData("421")]
    [InlineData("close at MAIL")]
    [InlineData("421 at MAIL")]
    public async Task A_connection_that_the_server_has_ended_meanwhile_is_replaced(string how)
    {
        var isEnded = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(async d =>
        {
            if (d.Number > 1)
            {
                await d.ServeAsync();
                return;
            }
            await d.SayAsync("220 script.test");
            await AnswerOneMailAsync(d);
            if (how.EndsWith("at MAIL", StringComparison.Ordinal))
            {
                isEnded.SetResult();
                await d.HearAsync();
                await d.HearAsync();
            }
            if (how.StartsWith("421", StringComparison.Ordinal))
                await d.SayAsync("421 4.4.2 idle too long");
            await d.DisposeAsync();
            isEnded.TrySetResult();
        });
        await using var engine = Engine.With();
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost())).Verdict);
        await isEnded.Task;
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost())).Verdict);
        Assert.Equal((2, 2), (server.Connections, server.Contents.Count));
    }

    [Fact]
    public async Task A_reused_connection_lost_after_the_content_is_not_replaced()
    {
        var mails = 0;
        await using var server = ScriptedSmtpServer.Start(c => c == "." && Interlocked.Increment(ref mails) == 2 ? Dialogue.Close : null);
        await using var engine = Engine.With();
        await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_connection_to_a_host_that_is_no_longer_named_is_not_used()
    {
        await using var old = ScriptedSmtpServer.Start();
        await using var now = ScriptedSmtpServer.Start();
        await using var engine = Engine.With();
        await engine.SendAsync(TestMail.To("u@b.test"), old.AsHost());
        await engine.SendAsync(TestMail.To("u@b.test"), now.AsHost());
        Assert.Equal((1, 1), (old.Contents.Count, now.Contents.Count));
    }

    private static async Task AnswerOneMailAsync(Dialogue d)
    {
        await d.HearAsync();
        await d.SayAsync(Dialogue.Extensions);
        await d.HearAsync();
        await d.SayAsync("250 2.1.0 Ok");
        await d.HearAsync();
        await d.SayAsync("250 2.1.5 Ok");
        await d.HearAsync();
        await d.SayAsync("354 Go on");
        await d.HearContentAsync();
        await d.SayAsync("250 2.0.0 Ok");
    }
}
