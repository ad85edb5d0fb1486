using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Pacing;
using ScaiSend.Delivery.Sending;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.IntegrationTests.Stages.Pacing;

public sealed class SharingAPace : IAsyncDisposable
{
    private static readonly Destination Slow = new("slow.test", "192.0.2.1");
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly CurrentPolicy _policy = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("scaisend-").FullName;
    private readonly List<IAsyncDisposable> _started = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _started)
            await started.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Two_nodes_share_the_connections_over_redis()
    {
        await using var redis = await OwnRedis.StartAsync();
        Limit(connections: 8);
        var (one, two) = (await NodeAsync(redis.Address), await NodeAsync(redis.Address));
        // From a quarter of the limit on, nodes tell each other of themselves.
        Assert.Equal((3, 3), ((await one.PlacesAsync(3)).Count, (await two.PlacesAsync(3)).Count));

        // Redis forgets a node by its own clock, so ours must not lag behind it.
        await UntilAsync(BothHaveTheirShareAsync, Pacer.MeetEvery);

        async Task<bool> BothHaveTheirShareAsync()
        {
            var (more, alsoMore) = (await one.PlacesAsync(20), await two.PlacesAsync(20));
            foreach (var place in more.Concat(alsoMore))
                place.Dispose();
            return (more.Count, alsoMore.Count) == (1, 1);
        }
    }

    [Fact]
    public async Task Two_nodes_share_the_mails_of_a_minute_over_redis()
    {
        await using var redis = await OwnRedis.StartAsync();
        Limit(perMinute: 120);
        var (one, two) = (await NodeAsync(redis.Address), await NodeAsync(redis.Address));

        var sent = await SendAMinuteAsync(one, two);

        Assert.InRange(sent, 120 - 12, 120);
    }

    [Fact]
    public async Task When_redis_dies_in_the_middle_each_node_keeps_to_its_share()
    {
        await using var redis = await OwnRedis.StartAsync();
        Limit(perMinute: 120);
        var (one, two) = (await NodeAsync(redis.Address), await NodeAsync(redis.Address));
        Assert.InRange(await SendAMinuteAsync(one, two), 120 - 12, 120);

        await redis.StopAsync();
        Assert.InRange(await SendAMinuteAsync(one, two), 100, 120);

        await redis.StartAgainAsync();
        // In the slot of the change both counts may be used up.
        Assert.InRange(await SendAMinuteAsync(one, two), 100, 130);
    }

    [Fact]
    public async Task Without_redis_a_node_keeps_to_its_share_of_the_nodes_that_a_setting_names()
    {
        Limit(connections: 8, perMinute: 120);
        var one = await NodeAsync("", nodes: 2);
        Assert.Equal(4, (await one.PlacesAsync(20)).Count);
    }

    [Fact]
    public async Task A_suspension_starts_is_seen_by_another_node_and_ends()
    {
        var (one, two) = (await NodeAsync(""), await NodeAsync(""));
        await SuspendAsync(one, TimeSpan.FromMinutes(10));

        Assert.IsType<Admission.HeldBack>(await one.EnterAsync());
        var held = await SeenAsync(two);
        Assert.Contains("451 4.7.1 too much", held.Reason, StringComparison.Ordinal);
        Assert.InRange(held.Delay, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(15));
        Assert.Equal("slow please", Assert.Single(await one.Table.ListAsync(activeOnly: true, Stop)).Rule);

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.IsType<Admission.Admitted>(await one.EnterAsync());
        Assert.IsType<Admission.Admitted>(await two.EnterAsync());
        Assert.Empty(await one.Table.ListAsync(activeOnly: true, Stop));
        Assert.Single(await one.Table.ListAsync(activeOnly: false, Stop));
    }

    [Fact]
    public async Task A_suspension_that_is_lifted_ends_on_all_nodes()
    {
        var (one, two) = (await NodeAsync(""), await NodeAsync(""));
        await SuspendAsync(one, TimeSpan.FromHours(4));
        await SeenAsync(two);

        var suspension = Assert.Single(await two.Table.ListAsync(activeOnly: true, Stop));
        Assert.NotNull(await two.Table.LiftAsync(suspension.Id, "an operator", Stop));
        Assert.Null(await two.Table.LiftAsync(suspension.Id, "another", Stop));

        await UntilAsync(async () => await one.MayGoAsync());
        await UntilAsync(async () => await two.MayGoAsync());
        Assert.Equal("an operator", Assert.Single(await one.Table.ListAsync(activeOnly: false, Stop)).LiftedBy);
    }

    [Fact]
    public async Task Connections_that_fail_in_a_row_suspend_the_destination()
    {
        var node = await NodeAsync("", suspendAfter: 3);
        for (var i = 0; i < 3; i++)
        {
            using var place = Assert.IsType<Admission.Admitted>(await node.EnterAsync()).Place;
            place.Report(Outcome(null, null, "Connection refused", "connect"));
        }
        var held = Assert.IsType<Admission.HeldBack>(await node.EnterAsync());
        Assert.Contains("3 connections in a row failed", held.Reason, StringComparison.Ordinal);
        await UntilAsync(async () => (await node.Table.ListAsync(activeOnly: true, Stop)).Count == 1);
    }

    [Fact]
    public async Task A_slow_destination_holds_back_at_once_what_a_fast_one_lets_wait()
    {
        Limit(connections: 2);
        var node = await NodeAsync("");
        var places = await node.PlacesAsync(2);
        _clock.Advance(TimeSpan.FromSeconds(30));
        // Both connections have been busy for half a minute.
        var held = Assert.IsType<Admission.HeldBack>(await node.EnterAsync());
        Assert.InRange(held.Delay, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));

        places[0].Dispose();
        Assert.IsType<Admission.Admitted>(await node.EnterAsync());
        // Another destination does not feel it.
        Assert.IsType<Admission.Admitted>(await node.Pacer.EnterAsync(new Destination("fast.test"), () => { }, Stop));
    }

    [Fact]
    public async Task What_seems_slow_for_a_moment_keeps_its_mail_in_line()
    {
        Limit(connections: 1);
        var node = await NodeAsync("");
        var place = Assert.Single(await node.PlacesAsync(1));
        _clock.Advance(TimeSpan.FromSeconds(4));

        var waiting = node.EnterAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        place.Dispose();
        Assert.IsType<Admission.Admitted>(await waiting);
    }

    [Fact]
    public async Task Who_is_held_back_waits_no_more_than_four_times_as_long_as_it_has_been_slow()
    {
        Limit(connections: 1);
        var node = await NodeAsync("");
        await node.PlacesAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(10));

        for (var i = 0; i < 1000; i++)
            Assert.InRange(
                Assert.IsType<Admission.HeldBack>(await node.EnterAsync()).Delay,
                ReturnTimes.Shortest,
                TimeSpan.FromSeconds(40)
            );
    }

    [Fact]
    public async Task Who_waits_in_line_gets_the_connection_that_is_given_back()
    {
        Limit(connections: 1);
        var node = await NodeAsync("");
        var place = Assert.IsType<Admission.Admitted>(await node.EnterAsync()).Place;
        var waiting = node.Pacer.EnterAsync(Slow, () => { }, Stop).AsTask();
        Assert.False(waiting.IsCompleted);
        place.Dispose();
        Assert.IsType<Admission.Admitted>(await waiting);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private void Limit(int? connections = null, int? perMinute = null) =>
        _policy.Replace(
            new DeliveryPolicy
            {
                Defaults = new Handling { Connections = connections, MessagesPerMinute = perMinute },
            }
        );

    private async Task<int> SendAMinuteAsync(Node one, Node two)
    {
        var sent = 0;
        for (var second = 0; second < 60; second++, _clock.Advance(TimeSpan.FromSeconds(1)))
        for (var i = 0; i < 10; i++)
            if (await (i % 2 == 0 ? one : two).EnterAsync() is Admission.Admitted { Place: var place })
            {
                sent++;
                place.Dispose();
            }
        return sent;
    }

    private async Task SuspendAsync(Node node, TimeSpan lasts)
    {
        using var place = Assert.IsType<Admission.Admitted>(await node.EnterAsync()).Place;
        var rule = new ReplyRule("slow please", new ReplyPattern(), new ReplyAction { SuspendFor = lasts });
        place.Report(Outcome(451, "4.7.1", "4.7.1 too much", "mail") with { Rule = rule });
        await UntilAsync(async () => (await node.Table.ListAsync(activeOnly: true, Stop)).Count == 1);
    }

    private async Task<Admission.HeldBack> SeenAsync(Node node)
    {
        await UntilAsync(async () => !await node.MayGoAsync());
        return Assert.IsType<Admission.HeldBack>(await node.EnterAsync());
    }

    private async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan? step = null)
    {
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); !await isSo(); await Task.Delay(20, Stop))
        {
            Assert.True(patience.Elapsed < Patience.Limit, "It has not come about");
            _clock.Advance(step ?? TimeSpan.FromMilliseconds(100));
        }
    }

    private static SendOutcome Outcome(int? code, string? enhanced, string text, string step) =>
        new(new AttemptReport(default, default, null, null, null, code, enhanced, text) { Step = step }, new Verdict.Deferred());

    private async Task<Node> NodeAsync(string redis, int nodes = 1, int suspendAfter = 20)
    {
        var database = new MailDatabase(Options.Create(new DatabaseOptions { Url = $"sqlite://{Path.Combine(_folder, "scaisend.db")}" }));
        await database.MigrateAsync(Stop);
        var table = new SuspensionTable(database, _clock);
        var suspensions = new Suspensions(table, _clock, NullLogger<Suspensions>.Instance);
        var connection = new SharedRedis(redis);
        var pacer = new Pacer(
            _policy,
            suspensions,
            new SharedPace(connection, _clock, NullLogger<SharedPace>.Instance),
            Options.Create(new DeliveryOptions { Nodes = nodes, SuspendAfterFailures = suspendAfter }),
            new Random(7),
            _clock
        );
        await suspensions.StartAsync(Stop);
        await pacer.StartAsync(Stop);
        var node = new Node(pacer, suspensions, table, connection);
        _started.Add(node);
        return node;
    }

    private sealed record Node(Pacer Pacer, Suspensions Suspensions, SuspensionTable Table, SharedRedis Redis) : IAsyncDisposable
    {
        public ValueTask<Admission> EnterAsync() => Pacer.EnterAsync(Slow, () => { }, Stop);

        public async Task<bool> MayGoAsync()
        {
            var admission = await EnterAsync();
            (admission as Admission.Admitted)?.Place.Dispose();
            return admission is Admission.Admitted;
        }

        /// <summary>As many places as can be had at once.</summary>
        public async Task<List<Place>> PlacesAsync(int most)
        {
            var places = new List<Place>();
            using var shortly = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            shortly.CancelAfter(TimeSpan.FromMilliseconds(300));
            try
            {
                while (
                    places.Count < most && await Pacer.EnterAsync(Slow, () => { }, shortly.Token) is Admission.Admitted { Place: var place }
                )
                {
                    place.Begin();
                    places.Add(place);
                }
            }
            catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
            {
                // The clock stands, so who waits in line would wait for ever.
            }
            return places;
        }

        public async ValueTask DisposeAsync()
        {
            await Pacer.StopAsync(CancellationToken.None);
            await Suspensions.StopAsync(CancellationToken.None);
            Pacer.Dispose();
            Suspensions.Dispose();
            await Redis.DisposeAsync();
        }
    }
}
