using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using MySqlConnector;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>MySQL 8 and 9, MariaDB 10.6 and newer.</summary>
public sealed class MySqlDialect : SqlDialect, IDisposable
{
    private readonly string _unpooled;
    private readonly MySqlDataSource _source;
    private readonly DbContextOptions<MySqlMailDb> _context;

    public MySqlDialect(string connectionString, int writers)
    {
        _unpooled = new MySqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        _source = new MySqlDataSource(connectionString);
        Writers = writers;
        // Any MySQL 8 will do: no SQL that we let EF make differs between the servers we support.
        _context = Options<MySqlMailDb>(o =>
            o.UseMySql(connectionString, new MySqlServerVersion("8.0.0"), my => my.ExecutionStrategy(d => new RetryReads(d)))
        );
    }

    public override int Writers { get; }
    public override string OnOpen => "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
    public override string Begin => "START TRANSACTION;";

    // Any other would keep statements off the index.
    public override string InAnyCase => "";
    public override string InsertNew => "INSERT IGNORE INTO ";
    public override string ForUpdate => " FOR UPDATE";
    public override string ForUpdateSkipLocked => " FOR UPDATE SKIP LOCKED";

    public override DbConnection Connect() => new MySqlConnection(_unpooled);

    public override DbConnection ConnectForReading() => _source.CreateConnection();

    // An erasure finds an address in any case because the collation does, and proves that nothing remains.
    public override async Task CheckAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT @@collation_database";
        var collation = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (!collation.EndsWith("_ci", StringComparison.Ordinal))
            throw new OptionsValidationException(
                "Database",
                typeof(DatabaseOptions),
                [
                    $"Database:Url: the database's collation is {collation}, which tells upper from lower case, so that persons could not be found to be erased; "
                        + "create it with CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
                ]
            );
    }

    // VALUES(column) is what MySQL 8, MySQL 9 and MariaDB all take.
    public override string OnConflictUpdate(string key, IEnumerable<string> columns) =>
        " ON DUPLICATE KEY UPDATE " + string.Join(',', columns.Select(c => $"{c}=VALUES({c})"));

    public override string OnConflictAdd(string key, IEnumerable<string> columns) =>
        " ON DUPLICATE KEY UPDATE " + string.Join(',', columns.Select(c => $"{c}={c}+VALUES({c})"));

    public override string OnConflictUpdateIf(string condition, string key, IEnumerable<string> columns) =>
        " ON DUPLICATE KEY UPDATE " + string.Join(',', columns.Select(c => $"{c}=CASE WHEN {condition} THEN VALUES({c}) ELSE {c} END"));

    // Kept by the connection, so that no row after it has to look it up. None of our tables has an AUTO_INCREMENT that would change it.
    public override string CountUpLane(int lane, int events) =>
        $"UPDATE event_lanes SET position=LAST_INSERT_ID(position+{events}) WHERE lane={lane};";

    public override string LanePosition(int lane) => "LAST_INSERT_ID()";

    public override MailDb Context(Guid tenantId) => new MySqlMailDb(_context, tenantId);

    public override ValueTask<IDisposable?> TakeTurnAsync(CancellationToken cancellationToken) => default;

    public void Dispose() => _source.Dispose();

    public override bool IsTransient(Exception e) => IsTrouble(e);

    private static bool IsTrouble(Exception e) =>
        e switch
        {
            MySqlException my => my.IsTransient
                || my.ErrorCode
                    is MySqlErrorCode.LockDeadlock
                        or MySqlErrorCode.LockWaitTimeout
                        or MySqlErrorCode.UnableToConnectToHost
                        or MySqlErrorCode.ServerShutdown
                        or MySqlErrorCode.QueryInterrupted
                || my.InnerException is IOException or SocketException or EndOfStreamException,
            IOException or SocketException => true,
            // A connection that broke under us.
            InvalidOperationException { Source: "MySqlConnector" } or ObjectDisposedException => true,
            _ => false,
        };

    /// <summary>A pooled connection may have died with its server since it was used last.</summary>
    private sealed class RetryReads(ExecutionStrategyDependencies dependencies)
        : ExecutionStrategy(dependencies, 3, TimeSpan.FromSeconds(2))
    {
        protected override bool ShouldRetryOn(Exception exception) => IsTrouble(exception);
    }
}
