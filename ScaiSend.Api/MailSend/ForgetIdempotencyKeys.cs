using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.MailSend;

/// <summary>Deletes the records of keys that are no longer remembered, a bounded number at a time.</summary>
public sealed class ForgetIdempotencyKeys(MailDatabase database, TimeProvider time, ILogger<ForgetIdempotencyKeys> log) : BackgroundService
{
    /// <summary>Pause between two rounds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Most records that one statement deletes, but for those of the same millisecond.</summary>
    public const int MaxBatch = 500;

    /// <summary>Deletes until nothing old is left; answers how many.</summary>
    public async Task<int> OnceAsync(CancellationToken cancellationToken)
    {
        var dead = (time.GetUtcNow() - IdempotencyKey.Lives).ToUnixTimeMilliseconds();
        await using var connection = await database.OpenAsync(cancellationToken);
        var deleted = 0;
        while (true)
        {
            using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
            var upTo = await OldestAsync(connection, dead, cancellationToken);
            await using var command = connection.CreateCommand();
            deleted += await new SqlBatch(command)
                .Sql($"DELETE FROM idempotency_records WHERE created_at<={upTo ?? dead}")
                .ExecuteAsync(cancellationToken);
            if (upTo is null)
                return deleted;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await OnceAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Old idempotency keys were not deleted, and will be later: {Reason}", e.Message);
            }
        }
    }

    // No LIMIT on DELETE in SQLite, so the age of the last one to go is looked up; null when all that are dead may go at once.
    private static async Task<long?> OldestAsync(DbConnection connection, long dead, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT created_at FROM idempotency_records WHERE created_at<={dead} ORDER BY created_at LIMIT 1 OFFSET {MaxBatch - 1}";
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }
}
