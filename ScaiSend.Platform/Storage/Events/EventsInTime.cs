using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage.Events;

/// <summary>Names an event by its place, see <see cref="EventLane"/>.</summary>
public readonly record struct EventPlace(int Lane, long Position);

/// <summary>An event as far as a choice among many needs it.</summary>
public readonly record struct FoundEvent(EventPlace Place, string Type, DateTimeOffset At);

/// <summary>
/// Finds a tenant's events of a range of time. No index has the time: within a lane events lie nearly in its order, so each end of the range is found
/// by halving, and only what lies between is read, a chunk at a time.
/// </summary>
public sealed class EventsInTime(MailDatabase database)
{
    /// <summary>Most rows that one statement reads.</summary>
    public const int Chunk = 1000;

    /// <summary>How far an event may lie from its place in the order of time: clocks of processes differ, and some facts are told late.</summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(15);

    /// <summary>Rows that are looked at for the time at a place: a single one that was late must not mislead.</summary>
    private const int Sample = 50;

    /// <summary>The events from the one moment to just before the other, in no order over the lanes.</summary>
    public async IAsyncEnumerable<IReadOnlyList<FoundEvent>> ReadAsync(
        Guid tenantId,
        DateTimeOffset from,
        DateTimeOffset until,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        for (var lane = 0; lane <= EventLane.Count; lane++)
        {
            if (await EndsAsync(connection, lane, cancellationToken) is not (var first, var last))
                continue;
            first = (await SearchAsync(connection, lane, first, last, Earlier(from), cancellationToken)).Low;
            last = (await SearchAsync(connection, lane, first, last, Later(until), cancellationToken)).High;
            while (first <= last)
            {
                var some = await ReadAsync(connection, tenantId, lane, first, last, cancellationToken);
                yield return [.. some.Where(e => e.At >= from && e.At < until)];
                if (some.Count < Chunk)
                    break;
                first = some[^1].Place.Position + 1;
            }
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset from) => from - DateTimeOffset.MinValue > Disorder ? from - Disorder : from;

    private static DateTimeOffset Later(DateTimeOffset until) => DateTimeOffset.MaxValue - until > Disorder ? until + Disorder : until;

    // Index: the primary key (lane, position).
    private static async Task<(long First, long Last)?> EndsAsync(DbConnection connection, int lane, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT MIN(position),MAX(position) FROM events WHERE lane={lane}";
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && !row.IsDBNull(0) ? (row.GetInt64(0), row.GetInt64(1)) : null;
    }

    /// <summary>Between which places the first event of a moment, or of a later one, lies; they are at most a chunk apart.</summary>
    private static async Task<(long Low, long High)> SearchAsync(
        DbConnection connection,
        int lane,
        long low,
        long high,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        var moment = at.ToUnixTimeMilliseconds();
        await using var command = connection.CreateCommand();
        while (high - low > Chunk)
        {
            var middle = low + (high - low) / 2;
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT MAX(at),MAX(position) FROM (SELECT at,position FROM events WHERE lane={lane} AND position>={middle} ORDER BY position LIMIT {Sample}) s"
            );
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            var isEarlier = await row.ReadAsync(cancellationToken) && !row.IsDBNull(0) && row.GetInt64(0) < moment;
            (low, high) = isEarlier ? (Math.Min(row.GetInt64(1) + 1, high), high) : (low, middle + Sample - 1);
        }
        return (low, high);
    }

    // Index: (tenant_id, lane, position).
    private static async Task<IReadOnlyList<FoundEvent>> ReadAsync(
        DbConnection connection,
        Guid tenantId,
        int lane,
        long first,
        long last,
        CancellationToken cancellationToken
    )
    {
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT position,type,at FROM events WHERE tenant_id=")
            .Id(tenantId)
            .Sql(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $" AND lane={lane} AND position>={first} AND position<={last} ORDER BY position LIMIT {Chunk}"
                )
            )
            .ReadAsync(cancellationToken);
        var found = new List<FoundEvent>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new FoundEvent(new EventPlace(lane, rows.GetInt64(0)), rows.GetString(1), rows.GetMoment(2)!.Value));
        return found;
    }
}
