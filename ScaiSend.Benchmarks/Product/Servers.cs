using System.Globalization;
using MySqlConnector;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Product;

/// <summary>The running MariaDB, RabbitMQ and Redis that a run uses, as the test set-up announces them in environment variables.</summary>
public sealed class Servers
{
    private readonly MySqlConnectionStringBuilder database;
    private readonly Uri broker;

    /// <summary>Takes the three announcements.</summary>
    public Servers(string databaseConnection, string brokerUrl, string redisUrl)
    {
        database = new MySqlConnectionStringBuilder(databaseConnection) { Database = "" };
        broker = new Uri(brokerUrl);
        RedisUrl = redisUrl;
    }

    public int DatabasePort => (int)database.Port;

    public int BrokerPort => broker.Port;

    public string BrokerUrl => broker.OriginalString;

    public string RedisUrl { get; }

    public int RedisPort => int.Parse(RedisUrl.Split(',')[0].Split(':')[^1], CultureInfo.InvariantCulture);

    /// <summary>Reads the announcements; a missing one ends the run and says how to have the servers.</summary>
    public static Servers FromEnvironment() =>
        new(Announced("SCAISEND_TEST_MARIADB"), Announced("SCAISEND_TEST_RABBITMQ"), Announced("SCAISEND_TEST_REDIS"));

    /// <summary>What ADO.NET wants.</summary>
    public string ConnectionString(string databaseName) =>
        new MySqlConnectionStringBuilder(database.ConnectionString) { Database = databaseName }.ConnectionString;

    /// <summary>What the product's settings want.</summary>
    public string DatabaseUrl(string databaseName) =>
        $"mysql://{Uri.EscapeDataString(database.UserID)}:{Uri.EscapeDataString(database.Password)}@{database.Server}:{database.Port}/{databaseName}";

    /// <summary>Makes an empty database, and refuses a server that does not sync its commits: its figures would be worth nothing.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(ConnectionString(""));
        await connection.OpenAsync(cancellationToken);
        await using var durability = new MySqlCommand("SELECT @@innodb_flush_log_at_trx_commit", connection);
        if (Convert.ToInt64(await durability.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) != 1)
            throw new BenchException("the database server does not sync each commit (innodb_flush_log_at_trx_commit is not 1)");
        await using var create = new MySqlCommand($"CREATE DATABASE `{name}` CHARACTER SET utf8mb4", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Removes a database of this run.</summary>
    public async Task DropDatabaseAsync(string name)
    {
        await using var connection = new MySqlConnection(ConnectionString(""));
        await connection.OpenAsync(CancellationToken.None);
        await using var drop = new MySqlCommand($"DROP DATABASE `{name}`", connection);
        await drop.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>The server processes by name, as far as they run on this machine.</summary>
    public IEnumerable<KeyValuePair<string, int>> Processes()
    {
        foreach (var (name, port) in new[] { ("mariadb", DatabasePort), ("rabbitmq", BrokerPort), ("redis", RedisPort) })
        {
            if (Ports.Listener(port) is { } processId)
                yield return new(name, processId);
        }
    }

    private static string Announced(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
            ? value
            : throw new BenchException(
                $"{variable} is not set: start the servers and load their variables (build/servers.sh), or use ./build.sh"
            );
}
