using System.Diagnostics.Metrics;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.IntegrationTests.Stages.Bus;

/// <summary>How hints go to the broker.</summary>
public sealed class SharingMessages
{
    private const int Emails = 2000;
    private const int Fullest = 32;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>In the broker hints stand in one line, whoever's they are: a mass must be few messages there.</summary>
    [Fact]
    public async Task Hints_of_a_mass_fill_messages_and_none_is_lost_or_doubled()
    {
        await using var provider = new ServiceCollection()
            .AddMetrics()
            .AddMassTransitTestHarness()
            .BuildServiceProvider(validateScopes: true);
        var harness = provider.GetRequiredService<ITestHarness>();
        await harness.Start();
        using var hints = new Hints(
            harness.Bus,
            new Handover(),
            Options.Create(new Leases()),
            new HintMeter(provider.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLogger<Hints>.Instance
        );
        await hints.StartAsync(Stop);
        var emails = Enumerable
            .Range(0, Emails)
            .Select(_ => new QueuedEmail(Ids.New(TimeProvider.System), Guid.Empty, Guid.Empty, 1))
            .ToList();

        await Task.WhenAll(emails.Select(email => hints.QueuedAsync([email], isMass: true))).WaitAsync(Support.Patience.Limit, Stop);

        var messages = harness.Published.Select<EmailsQueued>(Stop).Select(m => m.Context.Message.Emails).ToList();
        Assert.Equal(emails.Select(e => e.EmailId).Order(), messages.SelectMany(m => m).Select(e => e.EmailId).Order());
        Assert.All(messages, m => Assert.InRange(m.Count, 1, Fullest));
        Assert.InRange(messages.Count, Emails / Fullest, Emails / Fullest * 2);
        await hints.StopAsync(Stop);
    }
}
