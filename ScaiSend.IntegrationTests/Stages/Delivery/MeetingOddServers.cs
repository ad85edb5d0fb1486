using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>What real servers do seldom or never, step by step.</summary>
public sealed class MeetingOddServers
{
    [Theory]
    [InlineData("(greeting)", "greeting")]
    [InlineData("EHLO", "hello")]
    [InlineData("MAIL", "mail")]
    [InlineData("RCPT", "recipient")]
    [InlineData("DATA", "data")]
    [InlineData(".", "content")]
    public async Task A_connection_dropped_at_any_step_defers_and_the_attempt_names_the_step(string command, string step)
    {
        await using var server = ScriptedSmtpServer.Start(c =>
            c.StartsWith(command, StringComparison.Ordinal) ? Dialogue.Close : WithoutPipelining(c)
        );
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal(step, outcome.Attempt.Step);
    }

    [Theory]
    [InlineData("greeting", "(greeting)")]
    [InlineData("hello", "EHLO")]
    [InlineData("mail", "MAIL")]
    [InlineData("recipient", "RCPT")]
    [InlineData("content", ".")]
    public async Task A_reply_that_comes_drop_by_drop_is_not_waited_for_longer_than_a_whole_one(string step, string command)
    {
        await using var server = ScriptedSmtpServer.Start(async d =>
        {
            if (command == "(greeting)")
                await DripAsync(d);
            await d.SayAsync("220 script.test");
            while (await d.HearAsync() is { } heard)
            {
                if (heard.StartsWith(command, StringComparison.Ordinal))
                    await DripAsync(d);
                await d.SayAsync(heard == "DATA" ? "354 Go on" : "250 Ok");
                if (heard != "DATA")
                    continue;
                await d.HearContentAsync();
                if (command == ".")
                    await DripAsync(d);
                await d.SayAsync("250 Ok");
            }
        });
        await using var engine = Engine.With(
            ("GreetingTimeout", "00:00:00.300"),
            ("CommandTimeout", "00:00:00.300"),
            ("AcceptanceTimeout", "00:00:00.300")
        );
        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal(step, outcome.Attempt.Step);
        Assert.StartsWith("No answer in time", WithoutPlace(outcome.Attempt.Reply), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PIPELINING")]
    [InlineData("8BITMIME")]
    [InlineData("SIZE 1000000")]
    [InlineData("SMTPUTF8,8BITMIME")]
    [InlineData("PIPELINING,CHUNKING,BINARYMIME,8BITMIME,SMTPUTF8,SIZE,DSN,ENHANCEDSTATUSCODES")]
    public async Task Whatever_a_server_offers_the_same_bytes_arrive(string extensions)
    {
        var offers = string.Join("\r\n", extensions.Split(',').Prepend("250 script.test").Where(l => l.Length > 0).Select(Line));
        await using var server = ScriptedSmtpServer.Start(c => c.StartsWith("EHLO", StringComparison.Ordinal) ? offers : null);
        await using var engine = Engine.With();
        var mail = TestMail.To("u@b.test", ".dot\r\n" + new string('x', 2000) + "\r\n");
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(mail, server.AsHost())).Verdict);
        Assert.Equal(mail.Bytes.ToArray(), Assert.Single(server.Contents));
        Assert.Equal(
            extensions.Contains("SIZE", StringComparison.Ordinal),
            server.Commands.Any(c => c.Contains(" SIZE=", StringComparison.Ordinal))
        );

        string Line(string word, int at) =>
            (at == extensions.Split(',', StringSplitOptions.RemoveEmptyEntries).Length ? "250 " : "250-")
            + word.Replace("250 ", "", StringComparison.Ordinal);
    }

    private static string? WithoutPipelining(string command) =>
        command.StartsWith("EHLO", StringComparison.Ordinal) ? "250 script.test" : null;

    private static string WithoutPlace(string reply) => reply[Math.Max(0, reply.IndexOf("No answer", StringComparison.Ordinal))..];

    private static async Task DripAsync(Dialogue dialogue)
    {
        // Ends when the client does not wait any longer, because then there is nobody to write to.
        await dialogue.SendAsync("250-"u8.ToArray());
        for (var i = 0; i < 600; i++)
        {
            await dialogue.SendAsync("x"u8.ToArray());
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
