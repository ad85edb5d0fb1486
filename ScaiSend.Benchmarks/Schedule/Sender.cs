using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Schedule;

/// <summary>One tenant's program: schedules a mass of mail, or sends one mail after another at a steady pace.</summary>
public sealed class Sender : IDisposable
{
    /// <summary>As many as a request may have.</summary>
    public const int PerRequest = 1000;

    private const int Connections = 4;
    private readonly HttpClient client;
    private int accepted;

    public Sender(IPEndPoint server, string key)
    {
        client = new HttpClient { BaseAddress = new Uri($"http://{server}"), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>How many mails were answered with 202.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>Schedules this many mails for one moment, each a message of its own.</summary>
    public async Task ScheduleAsync(int count, DateTimeOffset sendAt, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count / PerRequest),
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
            async (request, stop) =>
            {
                var people = Enumerable.Range(request * PerRequest, PerRequest).Select(n => $"mass{n}@b.test");
                await PostAsync([.. people], $"\"send_at\":{sendAt.ToUnixTimeSeconds()},", stop);
            }
        );

    /// <summary>Sends one mail per interval, whatever the answers do, for as long as something else runs.</summary>
    public async Task SendSteadilyAsync(TimeSpan interval, Func<Task> whileRunning, CancellationToken cancellationToken)
    {
        var running = whileRunning();
        var sent = new List<Task>();
        using var timer = new PeriodicTimer(interval);
        do sent.Add(PostAsync([$"single{sent.Count}@b.test"], "", cancellationToken));
        while (await timer.WaitForNextTickAsync(cancellationToken) && !running.IsCompleted);
        await running;
        await Task.WhenAll(sent);
    }

    /// <summary>Sends this many mails to one domain now, many to a request.</summary>
    public async Task SendMassAsync(int count, string domain, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count / PerRequest),
            new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
            async (request, stop) =>
                await PostAsync([.. Enumerable.Range(request * PerRequest, PerRequest).Select(n => $"mass{n}@{domain}")], "", stop)
        );

    /// <summary>Sends one mail.</summary>
    public Task SendOneAsync(string recipient, CancellationToken cancellationToken) => PostAsync([recipient], "", cancellationToken);

    public void Dispose() => client.Dispose();

    private async Task PostAsync(IReadOnlyCollection<string> recipients, string also, CancellationToken cancellationToken)
    {
        var personalizations = string.Join(',', recipients.Select(to => $$"""{"to":[{"email":"{{to}}"}]}"""));
        var json =
            $$"""{"personalizations":[{{personalizations}}],"from":{"email":"news@example.test"},{{also}}"subject":"Good news","""
            + """ "content":[{"type":"text/plain","value":"The parcel left our house today and will be with you soon."}]}""";
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v3/mail/send", UriKind.Relative), content, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            throw new BenchException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        Interlocked.Add(ref accepted, recipients.Count);
    }
}
