using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using ScaiSend.Cli;
using ScaiSend.Cli.Up;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary><c>scaisend up</c> No end of the attempt was written downs work, and started again.</summary>
public sealed class UpAgain : IDisposable
{
    // Shorter than a lease, after which everything would go on anyway.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private const int Mails = 300;

    private readonly string _data = Directory.CreateTempSubdirectory("scaisend-up-").FullName;
    private readonly string _key = "sg_live_" + new string('a', 32);

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task The_next_start_goes_on_at_once_and_no_mail_was_deferred_by_the_stop()
    {
        var (running, http, stop) = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, Mails).Select(n => SendAsync(http, n)));
        Assert.Equal(Commands.WrongSettings, await UpProcess.RunAsync(Options(FreePort()), Stop));
        await stop.CancelAsync();
        Assert.Equal(0, await running);

        (running, http, stop) = await StartAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Limit);
        while (await CountAsync(http, "delivered", limit.Token) < Mails)
            await Task.Delay(100, limit.Token);

        Assert.Equal(Mails, Directory.GetFiles(Path.Combine(_data, "sink")).Length);
        await stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task The_operators_key_that_it_makes_opens_the_console_and_stays_the_same()
    {
        var kept = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var (running, http, stop) = await StartAsync();
            kept.Add((await File.ReadAllTextAsync(Path.Combine(_data, "operator.key"), Stop)).Trim());
            using var form = new FormUrlEncodedContent([new("key", kept[i]), new("to", "queue")]);
            using var page = await http.PostAsync("/console/sign-in/operator", form, Stop);
            Assert.Equal("/console/queue", page.RequestMessage!.RequestUri!.AbsolutePath);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            await stop.CancelAsync();
            Assert.Equal(0, await running);
        }
        Assert.Equal(kept[0], kept[1]);
    }

    [Fact]
    public async Task Two_places_for_all_mail_are_one_too_many() =>
        Assert.Equal(
            Commands.WrongSettings,
            await UpProcess.RunAsync(Options(FreePort()) with { LiveMx = true, Smarthost = "127.0.0.1:25" }, Stop)
        );

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<(Task<int> Running, HttpClient Http, CancellationTokenSource Stop)> StartAsync()
    {
        var port = FreePort();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = UpProcess.RunAsync(Options(port), stop.Token);
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Limit);
        while (!running.IsCompleted && !await IsReadyAsync(http, limit.Token))
            await Task.Delay(50, limit.Token);
        return (running, http, stop);
    }

    private UpOptions Options(int port) => new($"127.0.0.1:{port}", _data, _key, null, false, null, null, []);

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync("/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task SendAsync(HttpClient http, int number)
    {
        using var answer = await http.PostAsJsonAsync("/v3/mail/send", Some.Request(Some.To($"u{number}@example.org")), Stop);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static async Task<int> CountAsync(HttpClient http, string status, CancellationToken cancellationToken)
    {
        var count = 0;
        for (string? cursor = ""; cursor is not null; )
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/v3/messages?status={status}&page_size=100{cursor}", cancellationToken);
            count += page.GetProperty("messages").GetArrayLength();
            cursor = page.TryGetProperty("next_cursor", out var next) && next.GetString() is { } text ? $"&cursor={text}" : null;
        }
        return count;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
