using System.Data.Common;

namespace ScaiSend.Platform.Storage;

/// <summary>Work in rounds on one connection, which is kept from round to round and is a new one after trouble.</summary>
public static class Rounds
{
    /// <summary>Runs rounds until it is stopped.</summary>
    /// <param name="round">One round; answers the pause to the next.</param>
    /// <param name="tell">Takes what a round threw.</param>
    /// <param name="pauseAfterTrouble">The pause when a round threw or there was no connection.</param>
    public static async Task RepeatAsync(
        MailDatabase database,
        Func<DbConnection, CancellationToken, Task<TimeSpan>> round,
        Action<Exception> tell,
        TimeSpan pauseAfterTrouble,
        CancellationToken stoppingToken
    )
    {
        DbConnection? connection = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = pauseAfterTrouble;
            try
            {
                connection ??= await database.OpenAsync(stoppingToken);
                pause = await round(connection, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                tell(e);
                if (connection is not null)
                    await connection.DisposeAsync();
                connection = null;
            }
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (connection is not null)
            await connection.DisposeAsync();
    }
}
