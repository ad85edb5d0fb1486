using System.Text;
using MailKit.Net.Smtp;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>What comes in is kept before it is taken, whatever it is.</summary>
public sealed class ReportsKept
{
    private static readonly Guid Nobody = Guid.Parse("0199c0de-0000-7000-8000-000000000001");

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task While_a_report_cannot_be_stored_its_sender_is_asked_to_try_again(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var inbound = await Inbound.StartAsync(stack, sink);
        var id = await inbound.Product.SendAsync(Some.To("ada@example.org"));
        await inbound.Product.EmailInStateAsync(id, "Delivered");
        var returnPath = (await sink.Received(1))[0].ReversePath;

        await inbound.BreakAsync("ALTER TABLE inbound_reports RENAME TO reports_away");
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => inbound.HandOverAsync(returnPath, SomeReport.Dsn(returnPath)));
        Assert.Equal(451, (int)refused.StatusCode);
        await inbound.BreakAsync("ALTER TABLE reports_away RENAME TO inbound_reports");

        await inbound.HandOverAsync(returnPath, SomeReport.Dsn(returnPath));
        await inbound.Product.EmailInStateAsync(id, "Bounced");
        Assert.Single(await inbound.ReportsAsync());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task What_nobody_can_read_is_kept_as_it_came(Stack stack)
    {
        await using var inbound = await Inbound.StartAsync(stack);
        using var client = await SmtpDialogue.ConnectAsync(inbound.Port);
        await client.ReplyAsync();
        await client.SayAsync("EHLO mx.example.org");
        await client.SayAsync("MAIL FROM:<>");
        Assert.StartsWith("250", await client.SayAsync($"RCPT TO:<{inbound.ReturnPathOf(Nobody)}>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        byte[] bytes = [.. "no header\r\n..dots\r\n"u8, .. Enumerable.Range(128, 128).Select(i => (byte)i)];
        await client.WriteAsync(bytes);
        Assert.StartsWith("250 2.0.0", await client.SayAsync("\r\n."), StringComparison.Ordinal);

        var report = await inbound.ReportWhenAsync(ReportState.Unparseable);
        Assert.Equal([.. Encoding.ASCII.GetBytes("no header\r\n.dots\r\n"), .. bytes[^128..], .. "\r\n"u8], report.Raw);
        Assert.NotEmpty(report.Summary!);
        Assert.Equal("127.0.0.1", report.RemoteAddress);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_report_about_an_email_that_is_gone_is_ignored(Stack stack)
    {
        await using var inbound = await Inbound.StartAsync(stack);
        var returnPath = inbound.ReturnPathOf(Nobody);
        await inbound.HandOverAsync(returnPath, SomeReport.Dsn(returnPath));
        Assert.Equal("There is no such email", (await inbound.ReportWhenAsync(ReportState.Ignored)).Summary);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_to_the_postmaster_is_kept_and_old_reports_go(Stack stack)
    {
        await using var inbound = await Inbound.StartAsync(stack);
        await inbound.HandOverAsync($"Postmaster@{Inbound.Domain}", SomeReport.Dsn("postmaster"));
        var letter = await inbound.ReportWhenAsync(ReportState.Ignored);
        Assert.Equal(ReportKind.Letter, letter.Kind);

        // Set, not run through: each timer of the product would tick millions of times.
        inbound.Product.Clock.AdjustTime(inbound.Product.Clock.GetUtcNow().AddDays(31));
        await Patience.UntilAsync(async () => (await inbound.ReportsAsync()).Count == 0, "The report is still there");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Operators_list_reports_and_see_one_as_it_came(Stack stack)
    {
        await using var inbound = await Inbound.StartAsync(stack);
        await inbound.HandOverAsync($"abuse@{Inbound.Domain}", SomeReport.Dsn("abuse"));
        var report = await inbound.ReportWhenAsync(ReportState.Ignored);

        Assert.Equal(0, await RunAsync(inbound, "reports", "list", "--state", "ignored", "--json"));
        Assert.Equal(0, await RunAsync(inbound, "reports", "list"));
        Assert.Equal(0, await RunAsync(inbound, "reports", "show", Ids.Show(Ids.Report, report.Id)));
        Assert.Equal(Cli.Commands.WrongSettings, await RunAsync(inbound, "reports", "show", Ids.Show(Ids.Report, Nobody)));
        Assert.Equal(Cli.Commands.WrongSettings, await RunAsync(inbound, "reports", "list", "--state", "lost"));
    }

    private static Task<int> RunAsync(Inbound inbound, params string[] args) =>
        Cli
            .Commands.Root()
            .Parse([.. args, "--set", $"Database:Url={inbound.Product.Settings["Database:Url"]}"])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
