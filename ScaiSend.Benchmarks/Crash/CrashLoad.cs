using System.Net;
using System.Net.Sockets;
using ScaiSend.Benchmarks.Load;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>
/// A steady sender that nothing discourages. Each request has a recipient of its own and is sent once, whatever becomes of it: what was
/// not answered was not promised.
/// </summary>
public sealed class CrashLoad(IPEndPoint server, string key, int perSecond, ClientLog log, TimeProvider time)
{
    private const int Connections = 16;
    private const int MailSize = 4096;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);
    private static readonly string[] Kinds = ["ok", "later", "refuse"];
    private int nextNumber;

    /// <summary>Sends until stopped.</summary>
    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => RunConnectionAsync(stopping), CancellationToken.None)));

    private async Task RunConnectionAsync(CancellationToken stopping)
    {
        var kinds = Kinds.ToDictionary(
            kind => kind,
            kind =>
            {
                var request = new MailSendRequest($"{server}", key, kind + "{n}@crash.test", MailSize);
                return (Request: request, Copy: request.Copy());
            }
        );
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds((double)Connections / perSecond), time);
        HttpConnection? connection = null;
        while (!stopping.IsCancellationRequested)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            var number = Interlocked.Increment(ref nextNumber);
            var kind = Kind(number);
            try
            {
                using var limit = new CancellationTokenSource(AnswerLimit);
                connection ??= await HttpConnection.OpenAsync(server, limit.Token);
                var (request, copy) = kinds[kind];
                request.Number(copy, number);
                log.Ask();
                var answer = await connection.SendAsync(copy, limit.Token);
                if (answer.Status == 202)
                    log.Promise($"{kind}{number:D9}@crash.test", time.GetUtcNow());
                else
                    log.Refuse();
            }
            catch (Exception cut) when (cut is IOException or SocketException or OperationCanceledException)
            {
                connection?.Dispose();
                connection = null;
            }
        }
        connection?.Dispose();
    }

    // Most are simply taken; some take a second attempt, some are refused for good.
    private static string Kind(int number) =>
        number % 50 == 0 ? "refuse"
        : number % 20 == 0 ? "later"
        : "ok";
}
