using System.Diagnostics.Metrics;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.RateLimits;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform;

namespace ScaiSend.IntegrationTests.Rules.RateLimits;

public sealed class SharedCountTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    /// <summary>Never more than the limit, and at most what the processes hold in hand is lost: less than a block each.</summary>
    [Fact]
    public async Task However_nodes_share_a_limit_it_is_kept_and_all_but_a_block_each_can_be_used() =>
        await Gen.Select(Gen.Int[1, 1500], Gen.Int[1, 4], Gen.Int[0, 2000])
            .SampleAsync(
                async (permits, nodes, requests) =>
                {
                    await using var redis = new SharedRedis(Stacks.Setting("SCAISEND_TEST_REDIS"));
                    var limiters = Enumerable.Range(0, nodes).Select(_ => Node(redis, permits)).ToList();
                    var caller = Someone();

                    var standings = await Task.WhenAll(
                        Enumerable.Range(0, requests).Select(i => limiters[i % nodes].UseAsync(Limit.MailSend, caller).AsTask())
                    );

                    var served = standings.Count(s => s.RetryAfter is null);
                    var lost = (nodes - 1) * (new LimitTerms(permits, TimeSpan.FromSeconds(1), true).Block - 1);
                    Assert.InRange(served, Math.Min(requests, permits - lost), Math.Min(requests, permits));
                    Assert.All(standings, s => Assert.InRange(s.Remaining, 0, permits - 1));
                },
                iter: 20
            );

    [Fact]
    public async Task Alone_a_node_serves_exactly_the_limit_in_each_window()
    {
        await using var none = new SharedRedis("");
        var limiter = Node(none, 250);
        var caller = Someone();

        for (var window = 0; window < 3; window++)
        {
            var standings = await Task.WhenAll(
                Enumerable.Range(0, 300).Select(_ => Task.Run(async () => await limiter.UseAsync(Limit.MailSend, caller)))
            );
            Assert.Equal(250, standings.Count(s => s.RetryAfter is null));
            Assert.Equal(Enumerable.Range(0, 250), standings.Where(s => s.RetryAfter is null).Select(s => s.Remaining).Order());
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void An_outage_is_told_once_and_only_one_asks_again()
    {
        var log = new Lines();
        var outage = new RedisOutage(Meter(), _clock, log);

        outage.Began(new TimeoutException("a"));
        outage.Began(new TimeoutException("b"));
        Assert.False(outage.MayAsk());
        _clock.Advance(RedisOutage.AskAgainAfter);
        Assert.Equal([true, false, false], [outage.MayAsk(), outage.MayAsk(), outage.MayAsk()]);
        outage.Began(new TimeoutException("c"));
        outage.Ended();
        outage.Ended();

        Assert.True(outage.MayAsk());
        Assert.True(outage.MayAsk());
        Assert.Equal(2, log.Count);
    }

    private RateLimiter Node(SharedRedis redis, int permits)
    {
        var options = Options.Create(new RateLimitOptions { MailSendPerSecond = permits, RedisTimeout = TimeSpan.FromSeconds(10) });
        var meter = Meter();
        var shared = new SharedCounts(redis, new RedisOutage(meter, _clock, new Lines()), options);
        return new RateLimiter(new LimitTable(options), shared, meter, _clock);
    }

    private static RateLimitMeter Meter() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    private Caller Someone() => new(Ids.New(_clock), Ids.New(_clock), false, new HashSet<string>(), false, null);

    private sealed class Lines : ILogger<RedisOutage>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Count++;
    }
}
