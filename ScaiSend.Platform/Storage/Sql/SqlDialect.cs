using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>The few places where MySQL/MariaDB and SQLite differ in the hot statements.</summary>
public abstract class SqlDialect
{
    /// <summary>A connection of one's own, not yet open; closing it ends its transaction.</summary>
    public abstract DbConnection Connect();

    /// <summary>A connection from the pool, not yet open; for single SELECTs only, because no state may stay on it.</summary>
    public abstract DbConnection ConnectForReading();

    /// <summary>Statement run once on each new connection.</summary>
    public abstract string OnOpen { get; }

    /// <summary>Begins a transaction that will write.</summary>
    public abstract string Begin { get; }

    /// <summary>Ends a SELECT whose rows must stay ours until commit.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>As <see cref="ForUpdate"/>, passing over rows that somebody else holds.</summary>
    public abstract string ForUpdateSkipLocked { get; }

    /// <summary>Ends a multi-row INSERT so that existing rows take the new values of <paramref name="columns"/>.</summary>
    public abstract string OnConflictUpdate(string key, IEnumerable<string> columns);

    /// <summary>Ends a multi-row INSERT so that existing rows grow by the new values of <paramref name="columns"/>.</summary>
    public abstract string OnConflictAdd(string key, IEnumerable<string> columns);

    /// <summary>Refuses a database in which statements would find something else than they mean.</summary>
    /// <exception cref="OptionsValidationException">It says what to change.</exception>
    public virtual Task CheckAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Follows a text column that is compared whatever the case of its letters.</summary>
    public abstract string InAnyCase { get; }

    /// <summary>Begins an INSERT that passes over rows that are there already, and counts the others.</summary>
    public abstract string InsertNew { get; }

    /// <summary>As <see cref="OnConflictUpdate"/>, for those existing rows only that meet the condition on their old values.</summary>
    public abstract string OnConflictUpdateIf(string condition, string key, IEnumerable<string> columns);

    /// <summary>Moves a lane of events on; its row is ours until commit.</summary>
    public abstract string CountUpLane(int lane, int events);

    /// <summary>After <see cref="CountUpLane"/>, an expression for the lane's new position.</summary>
    public abstract string LanePosition(int lane);

    /// <summary>How many connections may write at once.</summary>
    public abstract int Writers { get; }

    /// <summary>Whether the same work may succeed when done again: deadlock, lock wait, lost connection, server starting.</summary>
    public abstract bool IsTransient(Exception e);

    /// <summary>A context that sees one tenant's rows.</summary>
    public abstract MailDb Context(Guid tenantId);

    /// <summary>One writer at a time where the database wants that.</summary>
    public abstract ValueTask<IDisposable?> TakeTurnAsync(CancellationToken cancellationToken);

    protected static DbContextOptions<T> Options<T>(Action<DbContextOptionsBuilder<T>> configure)
        where T : DbContext
    {
        var builder = new DbContextOptionsBuilder<T>();
        configure(builder);
        return builder.Options;
    }
}
