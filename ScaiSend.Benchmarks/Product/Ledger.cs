using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using MySqlConnector;

namespace ScaiSend.Benchmarks.Product;

/// <summary>
/// The product's database, read from outside as an auditor would: what was accepted, what ended how. Ids are version 7 UUIDs in the order
/// of time, so the rows of one run are those from its first moment on.
/// </summary>
public sealed class Ledger
{
    private readonly DbProviderFactory factory;
    private readonly string connectionString;

    private Ledger(DbProviderFactory factory, string connectionString)
    {
        this.factory = factory;
        this.connectionString = connectionString;
    }

    /// <summary>A ledger on MySQL or MariaDB.</summary>
    public static Ledger OfMySql(string connectionString) => new(MySqlConnectorFactory.Instance, connectionString);

    /// <summary>A ledger on SQLite, which its owner may have open.</summary>
    public static Ledger OfSqlite(string file) =>
        new(
            SqliteFactory.Instance,
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite }.ConnectionString
        );

    /// <summary>The lowest id that can be given out from now on.</summary>
    public static byte[] IdsFrom(TimeProvider time)
    {
        var id = new byte[16];
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        // RFC 9562 §5.7: 48 bits of Unix milliseconds come first.
        for (var i = 0; i < 6; i++)
            id[i] = (byte)(milliseconds >> (8 * (5 - i)));
        return id;
    }

    /// <summary>Emails that are not at an end state. Reads an index that holds only these, so it is cheap however many have ended.</summary>
    public async Task<long> NotEndedAsync(CancellationToken cancellationToken) =>
        (
            await RowsAsync(
                "SELECT COUNT(*) FROM emails WHERE tenant_id IN (SELECT id FROM tenants) AND lane IN (1,2)",
                row => row.GetInt64(0),
                null,
                cancellationToken
            )
        ).Single();

    /// <summary>What became of the emails since an id, and whether each has its events and attempts.</summary>
    public async Task<LedgerTotals> TotalsAsync(byte[] since, CancellationToken cancellationToken)
    {
        var states = await RowsAsync(
            "SELECT state, COUNT(*), SUM(events - 1), SUM(attempts) FROM emails WHERE id >= @since GROUP BY state",
            row => (State: row.GetInt32(0), Emails: row.GetInt64(1), Events: Number(row, 2), Attempts: Number(row, 3)),
            since,
            cancellationToken
        );
        var events = await RowsAsync(
            "SELECT COUNT(*) FROM events WHERE email_id >= @since",
            row => row.GetInt64(0),
            since,
            cancellationToken
        );
        var attempts = await RowsAsync(
            "SELECT COUNT(*) FROM attempts WHERE email_id >= @since",
            row => row.GetInt64(0),
            since,
            cancellationToken
        );
        return new LedgerTotals(
            states.ToDictionary(row => row.State, row => row.Emails),
            states.Sum(row => row.Events),
            events.Single(),
            states.Sum(row => row.Attempts),
            attempts.Single()
        );
    }

    /// <summary>Milliseconds from acceptance to the end of each email since an id.</summary>
    public Task<List<double>> LatenciesAsync(byte[] since, CancellationToken cancellationToken) =>
        RowsAsync(
            "SELECT ended_at - created_at FROM emails WHERE id >= @since AND state = 6",
            row => (double)row.GetInt64(0),
            since,
            cancellationToken
        );

    /// <summary>Every email with its recipient, state and end.</summary>
    public Task<List<LedgerEmail>> EmailsAsync(CancellationToken cancellationToken) =>
        RowsAsync(
            "SELECT recipient, state, ended_at FROM emails",
            row => new LedgerEmail(
                row.GetString(0),
                row.GetInt32(1),
                row.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))
            ),
            null,
            cancellationToken
        );

    private async Task<List<T>> RowsAsync<T>(string sql, Func<DbDataReader, T> read, byte[]? since, CancellationToken cancellationToken)
    {
        await using var connection = factory.CreateConnection()!;
        connection.ConnectionString = connectionString;
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (since is not null)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@since";
            parameter.Value = since;
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    // SUM is a decimal in one database and an integer in the other.
    private static long Number(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);
}
