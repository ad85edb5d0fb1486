using CsCheck;
using ScaiSend.Delivery.Pacing;

namespace ScaiSend.IntegrationTests.Rules.Pacing;

public sealed class AdaptingThePace
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly PaceLimits Limits = new(20, 600);

    [Fact]
    public void It_begins_at_the_limits() => Assert.Equal(Limits, new Pace().Within(Limits, Start));

    [Theory]
    [InlineData(1, 10, 300)]
    [InlineData(2, 5, 150)]
    [InlineData(4, 1, 37)]
    [InlineData(20, 1, 18)]
    public void Each_slowdown_halves_both_down_to_the_least(int times, int connections, int perMinute)
    {
        var pace = new Pace();
        for (var i = 0; i < times; i++)
            pace.Slow(Start);
        // Signals at one moment are one.
        Assert.Equal(new PaceLimits(10, 300), pace.Within(Limits, Start));

        pace = new Pace();
        var now = Start;
        for (var i = 0; i < times; i++, now += Pace.OneSlowdownPer)
            pace.Slow(now);
        var slowed = pace.Within(Limits, now - Pace.OneSlowdownPer);
        Assert.InRange(slowed.Connections, connections, connections + 1);
        Assert.InRange(slowed.PerMinute!.Value, perMinute, perMinute + 30);
    }

    [Fact]
    public void Time_alone_brings_the_limits_back()
    {
        var pace = new Pace();
        pace.Slow(Start);
        Assert.NotEqual(Limits, pace.Within(Limits, Start + Pace.RecoversWithin / 4));
        Assert.Equal(Limits, pace.Within(Limits, Start + Pace.RecoversWithin / 2));
    }

    [Fact]
    public void As_many_successes_as_connections_bring_one_more()
    {
        var pace = new Pace();
        pace.Slow(Start);
        for (var i = 0; i < 11; i++)
            pace.Succeed(Limits, Start);
        Assert.Equal(11, pace.Within(Limits, Start).Connections);
    }

    [Fact]
    public void Without_a_limit_on_mails_only_connections_slow()
    {
        var pace = new Pace();
        var free = new PaceLimits(20, null);
        pace.Slow(Start);
        Assert.Equal(new PaceLimits(10, null), pace.Within(free, Start));
        Assert.Equal(free, pace.Within(free, Start + Pace.RecoversWithin));
    }

    [Fact]
    public void A_receiver_that_defers_a_mail_in_twenty_keeps_most_of_its_connections()
    {
        var pace = new Pace();
        var free = new PaceLimits(20, null);
        var now = Start;
        for (var mail = 1; mail <= 20_000; mail++, now += TimeSpan.FromMilliseconds(10))
        {
            if (mail % 20 == 0)
                pace.Slow(now);
            else
                pace.Succeed(free, now);
            Assert.InRange(pace.Within(free, now).Connections, 10, 20);
        }
    }

    /// <summary>Whatever happens in whatever order: never above the limits, never at nothing, and back at the limits in the end.</summary>
    [Fact]
    public void It_never_exceeds_the_limits_never_stops_and_recovers() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 100_000], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 20_000]).List[0, 200])
            .Sample(
                (connections, perMinute, happenings) =>
                {
                    var limits = new PaceLimits(connections, perMinute);
                    var pace = new Pace();
                    var now = Start;
                    foreach (var (what, milliseconds) in happenings)
                    {
                        now += TimeSpan.FromMilliseconds(milliseconds);
                        if (what == 0)
                            pace.Slow(now);
                        else if (what == 1)
                            pace.Succeed(limits, now);
                        var within = pace.Within(limits, now);
                        Assert.InRange(within.Connections, 1, connections);
                        Assert.InRange(within.PerMinute!.Value, 1, perMinute);
                    }
                    Assert.Equal(limits, pace.Within(limits, now + Pace.RecoversWithin));
                }
            );

    [Fact]
    public void Nodes_shares_make_the_whole_and_differ_by_one_at_most() =>
        Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 50])
            .Sample(
                (ofAll, nodes) =>
                {
                    var shares = Enumerable.Range(0, nodes).Select(rank => PaceLimits.Share(ofAll, nodes, rank)).ToList();
                    Assert.Equal(ofAll, shares.Sum());
                    Assert.InRange(shares.Max() - shares.Min(), 0, 1);
                }
            );
}
