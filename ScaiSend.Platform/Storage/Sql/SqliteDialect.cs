using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>SQLite in WAL mode. It knows one writer, so ours take turns instead of meeting SQLITE_BUSY.</summary>
public sealed class SqliteDialect : SqlDialect, IDisposable
{
    private readonly string _connectionString;
    private readonly string _unpooled;
    private readonly DbContextOptions<SqliteMailDb> _context;
    private readonly SemaphoreSlim _turn = new(1, 1);

    public SqliteDialect(string path)
    {
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ConnectionString;
        _unpooled = new SqliteConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString;
        _context = Options<SqliteMailDb>(o => o.UseSqlite(_connectionString));
    }

    public string Path { get; }

    /// <summary>Whether the file has been made: opening it makes it.</summary>
    public bool IsThere => File.Exists(Path);

    public void MakeFolder() => Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);

    public override int Writers => 1;

    // FULL: a commit survives a power cut, as innodb_flush_log_at_trx_commit=1 does.
    public override string OnOpen => "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;";
    public override string Begin => "BEGIN IMMEDIATE;";
    public override string InAnyCase => " COLLATE NOCASE";
    public override string InsertNew => "INSERT OR IGNORE INTO ";
    public override string ForUpdate => "";
    public override string ForUpdateSkipLocked => "";

    public override DbConnection Connect() => new SqliteConnection(_unpooled);

    public override DbConnection ConnectForReading() => new SqliteConnection(_connectionString);

    public override string OnConflictUpdate(string key, IEnumerable<string> columns) =>
        $" ON CONFLICT({key}) DO UPDATE SET " + string.Join(',', columns.Select(c => $"{c}=excluded.{c}"));

    public override string OnConflictAdd(string key, IEnumerable<string> columns) =>
        $" ON CONFLICT({key}) DO UPDATE SET " + string.Join(',', columns.Select(c => $"{c}={c}+excluded.{c}"));

    public override string OnConflictUpdateIf(string condition, string key, IEnumerable<string> columns) =>
        OnConflictUpdate(key, columns) + " WHERE " + condition;

    public override string CountUpLane(int lane, int events) => $"UPDATE event_lanes SET position=position+{events} WHERE lane={lane};";

    public override string LanePosition(int lane) => $"(SELECT position FROM event_lanes WHERE lane={lane})";

    public override MailDb Context(Guid tenantId) => new SqliteMailDb(_context, tenantId);

    public override async ValueTask<IDisposable?> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    // 5 SQLITE_BUSY, 6 SQLITE_LOCKED: another process, such as a second `up`, holds the file for a moment.
    public override bool IsTransient(Exception e) => e is SqliteException { SqliteErrorCode: 5 or 6 };

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
