using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using MySqlConnector;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.IntegrationTests.Stages;

/// <summary>A database of an older version is brought up to date with what is in it.</summary>
public sealed class Upgrading
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Events_from_before_there_were_lanes_keep_their_order_and_acceptances_are_none_any_more(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Role.None);
        var database = product.Services.GetRequiredService<MailDatabase>();
        await using var db = database.ForPlatform();
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("Delivery", Stop);
        var emails = Enumerable.Range(0, 50).Select(_ => Ids.New(product.Clock)).ToList();
        await InsertOldAsync(database, emails);

        await database.MigrateAsync(Stop);

        var events = await db.Events.IgnoreQueryFilters().OrderBy(e => e.Lane).ThenBy(e => e.Position).ToListAsync(Stop);
        Assert.Equal(Enumerable.Range(1, 50).Select(n => (0, (long)n)), events.Select(e => (e.Lane, e.Position)));
        Assert.All(events, e => Assert.Equal(("processed", 2), (e.Type, e.Number)));
        Assert.Equal(events.OrderBy(e => e.At).Select(e => (e.EmailId, e.Number)), events.Select(e => (e.EmailId, e.Number)));
        var lanes = await db.EventLanes.OrderBy(l => l.Lane).ToListAsync(Stop);
        Assert.Equal([(0, 50L), .. Enumerable.Range(1, 32).Select(lane => (lane, 0L))], lanes.Select(l => (l.Lane, l.Position)));
    }

    [Fact]
    public async Task A_database_that_tells_cases_apart_is_refused_and_left_as_it_was()
    {
        var name = $"cases_{Ids.New(TimeProvider.System):N}";
        await using var server = new MySqlConnection(Stacks.Setting("SCAISEND_TEST_MARIADB"));
        await server.OpenAsync(Stop);
        await RunAsync(server, $"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        try
        {
            var url = Stacks.DatabaseUrl(Stack.MariaDb, "", name);

            var exit = await RunRole.MigrateAsync(
                withSeed: false,
                asJson: false,
                [$"Database:Url={url}", $"Secrets:Key={Convert.ToBase64String(new byte[32])}"],
                Stop
            );

            Assert.Equal(Commands.WrongSettings, exit);
            Assert.Equal(0L, await RunAsync(server, $"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema='{name}'"));
        }
        finally
        {
            await RunAsync(server, $"DROP DATABASE {name}");
        }
    }

    private static async Task<object?> RunAsync(MySqlConnection server, string sql)
    {
        await using var command = server.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(Stop);
    }

    // Two events of each, at times that no order of keys has.
    private static async Task InsertOldAsync(MailDatabase database, IReadOnlyList<Guid> emails)
    {
        await using var connection = await database.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        var batch = new SqlBatch(command).Sql("INSERT INTO events (email_id,number,tenant_id,type,at) VALUES ");
        for (var i = 0; i < emails.Count; i++)
        for (var number = 1; number <= 2; number++)
            batch
                .Row(i == 0 && number == 1)
                .Value(emails[i])
                .Value(number)
                .Value(Guid.Empty)
                .Value(number == 1 ? "queued" : "processed")
                .Value(1_000_000L * number + i * 37 % 50);
        await batch.EndRows().ExecuteAsync(Stop);
    }
}
