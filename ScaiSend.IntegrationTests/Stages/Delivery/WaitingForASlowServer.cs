using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>In a class of its own, because it takes two minutes of the machine's clock, beside all other tests.</summary>
public sealed class WaitingForASlowServer
{
    [Fact]
    public async Task A_server_may_take_its_time_to_accept_a_mail_and_gets_it_once()
    {
        await using var server = ScriptedSmtpServer.Start(command => command == "." ? Dialogue.Late : null);
        await using var engine = Engine.With();

        var outcome = await engine.SendAsync(TestMail.To("u@b.test"), server.AsHost());

        Assert.IsType<Verdict.Delivered>(outcome.Verdict);
        Assert.Equal("2.0.0 Ok at last", outcome.Attempt.Reply);
        Assert.Single(server.Contents);
    }
}
