using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.Keys;

/// <summary>Writes down the last uses of keys: one statement for all that were used since. What a crash loses is lost; nobody waits for it.</summary>
public sealed class WriteKeyUses(KeyUses uses, MailDatabase database, TimeProvider time, ILogger<WriteKeyUses> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Most keys in one statement.</summary>
    private const int MaxBatch = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync(CancellationToken.None);
        }
        // What was noted during the last writing: a restart forgets nothing.
        await WriteAsync(CancellationToken.None);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Ordered, so that two processes cannot wait for each other's rows.
            foreach (var batch in uses.Take().OrderBy(use => use.Key).Chunk(MaxBatch))
                await WriteAsync(batch, cancellationToken);
        }
        catch (Exception e)
        {
            log.LogWarning("The last uses of API keys could not be written: {Reason}", e.Message);
        }
    }

    private async Task WriteAsync(IReadOnlyList<KeyValuePair<Guid, DateTimeOffset>> batch, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var sql = new SqlBatch(command).Sql("UPDATE api_keys SET last_used_at=CASE");
        foreach (var (id, at) in batch)
        {
            var moment = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            // Another process may have seen a later use.
            sql.Sql(" WHEN id=").Id(id).Sql($" AND (last_used_at IS NULL OR last_used_at<{moment}) THEN {moment}");
        }
        await sql.Sql(" ELSE last_used_at END WHERE id IN ").Ids(batch.Select(use => use.Key)).ExecuteAsync(cancellationToken);
    }
}
