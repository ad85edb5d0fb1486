using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Stats;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Stats;
using ScaiSend.Processing.Stats;

namespace ScaiSend.IntegrationTests.Stages.Stats;

/// <summary>Generated traffic is counted once, whatever breaks, and beside a plain count of all of it.</summary>
public sealed class CountingEvents
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Asia/Kolkata", "America/New_York"];

    // Midnights of these zones, on and beside the days on which clocks change.
    private static readonly DateTimeOffset[] Moments =
    [
        .. new[]
        {
            "2026-03-28T23:00Z",
            "2026-03-29T22:00Z",
            "2026-10-24T22:00Z",
            "2026-10-25T23:00Z",
            "2026-03-08T05:00Z",
            "2026-03-09T04:00Z",
            "2026-11-01T04:00Z",
            "2026-11-02T05:00Z",
            "2026-10-25T00:00Z",
            "2026-10-25T10:00Z",
            "2026-10-25T18:30Z",
            "2026-10-26T00:00Z",
        }.Select(text => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly int[] SomeSeeds = [1, 2];

    public static TheoryData<Stack, int> Seeds =>
        [.. Stacks.All.SelectMany(stack => SomeSeeds.Select(seed => new TheoryDataRow<Stack, int>(stack.Data, seed)))];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Every_event_counts_once_on_its_day_though_workers_break_off_and_two_count_at_once(Stack stack, int seed)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var (traffic, random, zones) = (new Traffic(product, seed), new Random(seed), await TenantsAsync(product));
        var database = product.Services.GetRequiredService<MailDatabase>();
        var roll = new StatsRollUp(database);

        for (var round = 0; round < 3; round++)
        {
            foreach (var tenantId in zones.Keys)
                await traffic.AddAsync(tenantId, 25, Moments);
            for (var tries = 0; tries < 15; tries++)
                await BreakOffAsync(database, roll, TimeSpan.FromMilliseconds(random.Next(0, 12)));
            await Task.WhenAll(RollAllAsync(database, roll), RollAllAsync(database, roll));
        }
        await RollAllAsync(database, roll);

        var expected = traffic.Expected(zones);
        Assert.True(expected.Count > 500, "too little traffic");
        AssertSame(expected, await traffic.StoredAsync());
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task A_rebuild_has_the_numbers_of_the_roll_up_while_it_goes_on(Stack stack, int seed)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var (traffic, zones) = (new Traffic(product, seed), await TenantsAsync(product));
        var database = product.Services.GetRequiredService<MailDatabase>();
        var (roll, rebuild) = (new StatsRollUp(database), product.Services.GetRequiredService<RebuildStats>());
        foreach (var tenantId in zones.Keys)
            await traffic.AddAsync(tenantId, 40, Moments);
        await RollAllAsync(database, roll);
        await DistortAsync(database);

        var meanwhile = Task.Run(
            async () =>
            {
                for (var i = 0; i < 5; i++)
                    foreach (var tenantId in zones.Keys)
                    {
                        await traffic.AddAsync(tenantId, 3, Moments);
                        await RollAllAsync(database, roll);
                    }
            },
            Stop
        );
        // Over all days that there are, in two parts that meet on a day on which clocks change.
        foreach (var tenantId in zones.Keys)
        {
            await RebuildAsync(rebuild, tenantId, "2026-01-01", "2026-10-25");
            await RebuildAsync(rebuild, tenantId, "2026-10-26", "2026-12-31");
        }
        await meanwhile;
        await RollAllAsync(database, roll);

        AssertSame(traffic.Expected(zones), await traffic.StoredAsync());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_rebuild_keeps_the_days_of_which_events_are_gone(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.Serve);
        var tenantId = await product.TenantIdAsync();
        var traffic = new Traffic(product, 1);
        var database = product.Services.GetRequiredService<MailDatabase>();
        foreach (var day in (int[])[1, 2, 3])
            await traffic.AddOneAsync(
                tenantId,
                "a@gmail.com",
                ["c"],
                ("processed", On(day), default, null),
                ("delivered", On(day), default, null)
            );
        await RollAllAsync(database, new StatsRollUp(database));
        var before = await traffic.StoredAsync();
        await using (var db = database.For(tenantId))
        {
            var third = DayOf("2026-05-03");
            var gone = On(2).ToUnixTimeMilliseconds();
            await db.Database.ExecuteSqlAsync($"DELETE FROM events WHERE at={gone} AND type='delivered'", Stop);
            await db.Database.ExecuteSqlAsync($"UPDATE daily_stats SET delivered=7 WHERE day={third}", Stop);
            var message = await db
                .Events.Where(e => e.At == On(1))
                .Join(db.Emails, e => e.EmailId, e => e.Id, (_, e) => e.MessageId)
                .FirstAsync(Stop);
            await db.Messages.Where(m => m.Id == message).ExecuteDeleteAsync(Stop);
        }

        var result = await RebuildAsync(product.Services.GetRequiredService<RebuildStats>(), tenantId, "2026-05-01", "2026-05-04");

        Assert.Equal([DayOf("2026-05-01"), DayOf("2026-05-02")], result.Kept);
        Assert.Equal([DayOf("2026-05-03"), DayOf("2026-05-04")], result.Rebuilt);
        AssertSame(before, await traffic.StoredAsync());
    }

    private static DateTimeOffset On(int day) => new(2026, 5, day, 12, 0, 0, TimeSpan.Zero);

    private static int DayOf(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", null).DayNumber;

    private static async Task<RebuiltStats> RebuildAsync(RebuildStats rebuild, Guid tenantId, string first, string last)
    {
        var result = await rebuild.RunAsync(tenantId, DayOf(first), DayOf(last), Stop);
        Assert.Null(result.Trouble);
        return result;
    }

    private static async Task<Dictionary<Guid, string>> TenantsAsync(Product product)
    {
        var settings = product.Services.GetRequiredService<StoredTenantSettings>();
        var zones = new Dictionary<Guid, string>();
        foreach (var zone in Zones)
        {
            var tenantId = await product.AddTenantAsync();
            zones.Add(tenantId, zone);
            if (zone != "UTC")
                await settings.ChangeAsync(tenantId, new Dictionary<string, object?> { ["time_zone"] = zone }, Some.Act, Stop);
        }
        return zones;
    }

    // Until nothing is owed. One who counts leaves off when another holds the positions, as the server's end of a connection that is gone may for a moment.
    private static async Task RollAllAsync(MailDatabase database, StatsRollUp roll)
    {
        await using var connection = await database.OpenAsync(Stop);
        await Patience.UntilAsync(
            async () =>
            {
                while (await roll.OnceAsync(connection, Stop)) { }
                var (owed, isMissing) = await StatsPositions.LookAsync(connection, Stop);
                return owed.Count == 0 && !isMissing;
            },
            "counted all that is there"
        );
    }

    // As a worker that is killed: its connection goes, wherever it is.
    private static async Task BreakOffAsync(MailDatabase database, StatsRollUp roll, TimeSpan after)
    {
        using var end = new CancellationTokenSource(after);
        DbConnection? connection = null;
        try
        {
            connection = await database.OpenAsync(Stop);
            await roll.OnceAsync(connection, end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or DbException && end.IsCancellationRequested) { }
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private static async Task DistortAsync(MailDatabase database)
    {
        await using var db = database.ForPlatform();
        await db.Set<DailyStats>()
            .IgnoreQueryFilters()
            .Where(d => d.Requests > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Requests, d => d.Requests + 1000), Stop);
    }

    private static void AssertSame<T>(Dictionary<T, long> expected, Dictionary<T, long> stored)
        where T : notnull
    {
        var wrong = expected
            .Keys.Union(stored.Keys)
            .Where(key => expected.GetValueOrDefault(key) != stored.GetValueOrDefault(key))
            .Select(key => $"{key}: {stored.GetValueOrDefault(key)} instead of {expected.GetValueOrDefault(key)}");
        Assert.Equal("", string.Join(Environment.NewLine, wrong.Take(10)));
    }
}
