using CsCheck;
using ScaiSend.Delivery.Pacing;

namespace ScaiSend.IntegrationTests.Rules.Pacing;

public sealed class WaitingElsewhere
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly DateTimeOffset LongAgo = Start.AddDays(-1);

    [Fact]
    public void Mails_come_back_one_after_the_other_as_fast_as_they_are_taken()
    {
        var times = new ReturnTimes();
        var delays = Enumerable.Range(0, 100).Select(_ => times.Next(Start, TimeSpan.FromSeconds(1.5), LongAgo, 0)).ToList();
        Assert.Equal(Enumerable.Range(1, 100).Select(n => ReturnTimes.Shortest + TimeSpan.FromSeconds(1.5 * n)), delays);
    }

    [Fact]
    public void A_large_backlog_is_spread_over_the_second_half_of_the_longest_wait()
    {
        var times = new ReturnTimes();
        var random = new Random(7);
        var delays = Enumerable
            .Range(0, 20_000)
            .Select(_ => times.Next(Start, TimeSpan.FromSeconds(1.5), LongAgo, random.NextDouble()))
            .ToList();
        var late = delays.Skip(1000).ToList();
        Assert.All(late, delay => Assert.InRange(delay, ReturnTimes.Longest / 2, ReturnTimes.Longest));
        // A tenth of that time brings about a tenth of the mails.
        Assert.InRange(late.Count(delay => delay < ReturnTimes.Longest * 0.55), 1700, 2100);
    }

    [Fact]
    public void A_wait_is_never_shorter_than_the_shortest_nor_longer_than_the_longest() =>
        Gen.Select(Gen.Int[0, 5000], Gen.Int[0, 100_000], Gen.Double[0, 1], Gen.Bool)
            .List[1, 200]
            .Sample(list =>
            {
                var times = new ReturnTimes();
                var now = Start;
                foreach (var (passed, perMail, jitter, since) in list)
                {
                    now += TimeSpan.FromMilliseconds(passed);
                    Assert.InRange(
                        times.Next(now, TimeSpan.FromMilliseconds(perMail), since ? LongAgo : null, jitter),
                        ReturnTimes.Shortest,
                        ReturnTimes.Longest
                    );
                }
            });

    [Fact]
    public void A_guess_is_believed_for_four_times_as_long_as_it_has_been_true()
    {
        var times = new ReturnTimes();
        // Each second five hundred more than there is room for, at a receiver that takes two a second.
        for (var second = 0; second < 300; second++)
        {
            var delays = Enumerable
                .Range(0, 500)
                .Select(_ => times.Next(Start.AddSeconds(second), TimeSpan.FromSeconds(0.5), null, 0.99).TotalSeconds)
                .ToList();
            Assert.InRange(delays.Max(), 1, Math.Clamp(second * 4, 2, 900));
        }
        // After a minute without, it is another backlog.
        Assert.InRange(times.Next(Start.AddSeconds(361), TimeSpan.FromSeconds(0.5), null, 0.99).TotalSeconds, 1, 2);
        // A receiver that has been slow for a minute is believed to be so for four.
        var known = Enumerable
            .Range(0, 2000)
            .Select(_ => new ReturnTimes().Next(Start, TimeSpan.FromSeconds(300), Start.AddMinutes(-1), 1));
        Assert.All(known, delay => Assert.Equal(TimeSpan.FromMinutes(4), delay));
    }

    [Theory]
    [InlineData(0, 0.0, 1.0)]
    [InlineData(100, 0.0, 100.0)]
    [InlineData(100, 1.0, 126.0)]
    [InlineData(100_000, 0.0, 450.0)]
    [InlineData(100_000, 1.0, 900.0)]
    public void After_a_suspension_they_are_spread_and_a_long_one_is_looked_at_again(double left, double jitter, double seconds) =>
        Assert.Equal(seconds, ReturnTimes.AfterSuspension(TimeSpan.FromSeconds(left), jitter).TotalSeconds, 3);

    [Fact]
    public void Failures_in_a_row_suspend_ever_longer_until_one_gets_through()
    {
        var streak = new FailureStreak(patience: 3);
        Assert.Null(streak.Add(isSuspended: false));
        Assert.Null(streak.Add(isSuspended: false));
        Assert.Equal(FailureStreak.First, streak.Add(isSuspended: false));
        // What was under way when the suspension began.
        Assert.Null(streak.Add(isSuspended: true));
        Assert.Equal(FailureStreak.First * 2, streak.Add(isSuspended: false));
        for (var i = 0; i < 20; i++)
            streak.Add(isSuspended: false);
        Assert.Equal(FailureStreak.Longest, streak.Add(isSuspended: false));

        streak.End();
        Assert.Null(streak.Add(isSuspended: false));
        Assert.Equal(1, streak.Count);
    }

    [Fact]
    public void Without_patience_nothing_is_suspended()
    {
        var streak = new FailureStreak(patience: 0);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Null(streak.Add(isSuspended: false)));
    }
}
