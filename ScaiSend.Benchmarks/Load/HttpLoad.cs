using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace ScaiSend.Benchmarks.Load;

/// <summary>Many keep-alive connections, one request at a time on each: as fast as answers come, or at a given rate.</summary>
public sealed class HttpLoad(IPEndPoint server, int connections)
{
    private int nextNumber;
    private int answered;

    /// <summary>Answers so far in the current run.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Sends <paramref name="count"/> requests. Numbers go on from one run to the next, so no two requests are the same.</summary>
    /// <param name="perSecond">Starts requests at this rate when not null, whatever the answers do, while a connection is free.</param>
    public async Task<LoadResult> RunAsync(MailSendRequest request, int count, double? perSecond, CancellationToken cancellationToken)
    {
        answered = 0;
        var first = nextNumber;
        var end = first + count;
        var statuses = new ConcurrentDictionary<int, int>();
        var milliseconds = new double[count];
        var started = Stopwatch.GetTimestamp();

        async Task RunConnectionAsync()
        {
            using var connection = await HttpConnection.OpenAsync(server, cancellationToken);
            var copy = request.Copy();
            int number;
            while ((number = Interlocked.Increment(ref nextNumber) - 1) < end)
            {
                if (perSecond is { } rate)
                    await WaitForTurnAsync(started, TimeSpan.FromSeconds((number - first) / rate), cancellationToken);
                request.Number(copy, number);
                var sentAt = Stopwatch.GetTimestamp();
                var answer = await connection.SendAsync(copy, cancellationToken);
                milliseconds[number - first] = Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds;
                statuses.AddOrUpdate(answer.Status, 1, (_, before) => before + 1);
                Interlocked.Increment(ref answered);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(RunConnectionAsync, cancellationToken)));
        nextNumber = end;
        return new LoadResult(statuses, milliseconds, Stopwatch.GetElapsedTime(started));
    }

    private static async ValueTask WaitForTurnAsync(long started, TimeSpan turn, CancellationToken cancellationToken)
    {
        var ahead = turn - Stopwatch.GetElapsedTime(started);
        if (ahead > TimeSpan.Zero)
            await Task.Delay(ahead, cancellationToken);
    }
}
