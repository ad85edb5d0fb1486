using System.Text.Json;
using ScaiSend.Api.Simulation;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Simulation;
using ScaiSend.Delivery.Sending;
using ScaiSend.Delivery.Simulation;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Simulation;
using ScaiSend.Platform.Storage.Messages;

namespace ScaiSend.IntegrationTests.Rules.Simulation;

/// <summary>Who is simulated, and what the simulated server says.</summary>
public sealed class ScenarioTable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    private static readonly Verdict Delivered = new Verdict.Delivered();
    private static readonly Verdict Deferred = new Verdict.Deferred();

    /// <summary>By scenario and attempt: code, enhanced code, what becomes of the email.</summary>
    private static readonly Dictionary<(Scenario, int), (int, string, Verdict)> Table = new()
    {
        [(Scenario.Delivered, 1)] = (250, "2.0.0", Delivered),
        [(Scenario.Deferred, 1)] = (451, "4.7.1", Deferred),
        [(Scenario.Deferred, 2)] = (250, "2.0.0", Delivered),
        [(Scenario.Bounce, 1)] = (550, "5.1.1", new Verdict.Bounced(BounceClass.Hard)),
        [(Scenario.Bounce, 2)] = (550, "5.1.1", new Verdict.Bounced(BounceClass.Hard)),
        [(Scenario.SoftBounce, 1)] = (552, "5.2.2", new Verdict.Bounced(BounceClass.Soft)),
        [(Scenario.Blocked, 1)] = (554, "5.7.1", new Verdict.Bounced(BounceClass.Block)),
        [(Scenario.Unknown, 1)] = (550, "5.1.1", new Verdict.Bounced(BounceClass.Hard)),
        [(Scenario.Complaint, 1)] = (250, "2.0.0", Delivered),
        [(Scenario.Open, 1)] = (250, "2.0.0", Delivered),
        [(Scenario.Click, 1)] = (250, "2.0.0", Delivered),
        [(Scenario.Unsubscribe, 1)] = (250, "2.0.0", Delivered),
    };

    [Fact]
    public void The_simulated_server_says_what_the_scenario_wants()
    {
        Assert.Equal(Enum.GetValues<Scenario>(), Table.Keys.Select(key => key.Item1).Distinct().Order());
        foreach (var ((scenario, attempt), (code, status, verdict)) in Table)
        {
            var outcome = SimulatedServer.Outcome(scenario, attempt, Now);
            Assert.Equal((code, status, verdict), (outcome.Attempt.ReplyCode, outcome.Attempt.EnhancedStatusCode, outcome.Verdict));
            Assert.Contains("simulated", outcome.Attempt.Reply, StringComparison.Ordinal);
            Assert.Equal((null, null, null), (outcome.Attempt.MxHost, outcome.Attempt.MxAddress, outcome.Attempt.Provider));
        }
    }

    [Theory]
    [InlineData("bounce@sim.test", Scenario.Bounce)]
    [InlineData("SOFT_BOUNCE@SIM.TEST", Scenario.SoftBounce)]
    [InlineData("open+order-4711@sim.test", Scenario.Open)]
    [InlineData("open+a+b@sim.test", Scenario.Open)]
    [InlineData("opened@sim.test", Scenario.Unknown)]
    [InlineData("unknown@sim.test", Scenario.Unknown)]
    [InlineData("+open@sim.test", Scenario.Unknown)]
    [InlineData("bounce@other.sim.test", null)]
    [InlineData("bounce@notsim.test", null)]
    [InlineData("bounce@sim.test.example.org", null)]
    [InlineData("bounce@example.org", null)]
    public void An_address_of_the_domain_plays_what_it_is_called(string recipient, Scenario? expected)
    {
        Assert.Equal(expected, new Simulator("sim.test", Others: null).ScenarioOf(recipient));
        Assert.Equal(expected ?? Scenario.Click, new Simulator("sim.test", Scenario.Click).ScenarioOf(recipient));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"ip_pool_name":"a}b","asm":{"group_id":7}}""")]
    public void What_the_door_decides_is_read_back_from_the_settings(string? settings)
    {
        foreach (var simulator in (Simulator[])[new("sim.test", null), new("sim.test", Scenario.SoftBounce)])
        {
            var read = MessageSettings.Read(simulator.AddTo(settings));
            Assert.Equal((simulator, MessageSettings.Read(settings).GroupId), (read.Simulator, read.GroupId));
        }
        Assert.Null(MessageSettings.Read(settings).Simulator);
    }

    [Theory]
    [InlineData("simulator.scaisend.test", true)]
    [InlineData("play.mycompany.invalid", true)]
    [InlineData("a.EXAMPLE", true)]
    [InlineData("test", false)]
    [InlineData(".test", false)]
    [InlineData("example.com", false)]
    [InlineData("test.com", false)]
    [InlineData("not a domain.test", false)]
    [InlineData("", false)]
    public void Only_a_domain_that_nobody_can_own_may_be_the_simulators(string domain, bool isAllowed) =>
        Assert.Equal(
            isAllowed,
            !new SimulatorOptions { Domain = domain }
                .Errors()
                .Any()
        );

    [Fact]
    public async Task The_mark_stays_with_the_bytes_of_a_mail()
    {
        var folder = Directory.CreateTempSubdirectory("scaisend-simulated-");
        try
        {
            var blobs = new FolderBlobs(folder.FullName);
            var mail = new RenderedMail("b@example.test", "ada@example.org", "example.test", false, false, "A mail."u8.ToArray())
            {
                Simulated = new SimulatedLife(Scenario.Unsubscribe, 7, "https://example.test/"),
            };

            await blobs.PutMailAsync("rendered/1", mail, TestContext.Current.CancellationToken);
            var stored = await blobs.GetMailAsync("rendered/1", TestContext.Current.CancellationToken);
            var hint = JsonSerializer.Deserialize<RenderedMail>(JsonSerializer.Serialize(mail with { Bytes = default }));

            Assert.Equal(mail.Simulated, stored!.Simulated);
            Assert.Equal(mail.Simulated, hint!.Simulated);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
