using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A real process that is killed while readers click: what it answered in time is there afterwards.</summary>
public sealed class TrackedCrash : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly string SecretKey = Convert.ToBase64String(new byte[32]);
    private static readonly string ApiKey = "sg_live_" + new string('a', 32);
    private const int Clicks = 300;
    private const int AnsweredBeforeKill = 60;

    private readonly string _data = Directory.CreateTempSubdirectory("scaisend-clicks-").FullName;
    private readonly TrackingTokens _tokens = new(Options.Create(new SecretOptions { Key = SecretKey }));
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_killed_process_loses_no_click_that_it_answered_in_time()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);

        var (process, url) = await StartAsync(limit.Token);
        using var first = process;
        string messageId;
        int answered;
        try
        {
            using var sent = await _http.PostAsJsonAsync($"{url}/v3/mail/send", Some.Request(Some.To("ada@example.org")), limit.Token);
            messageId = (await sent.Content.ReadFromJsonAsync<JsonElement>(limit.Token)).GetProperty("message_id").GetString()!;
            answered = await ClickUntilKilledAsync(first, url, await DeliveredAsync(url, messageId, limit.Token), limit.Token);
        }
        finally
        {
            await KillAsync(first);
        }

        var (again, newUrl) = await StartAsync(limit.Token);
        using var second = again;
        try
        {
            var recorded = (await EmailAsync(newUrl, messageId, limit.Token)).Events().Count(type => type == "click");
            Assert.InRange(answered, AnsweredBeforeKill, Clicks - 1);
            Assert.True(recorded >= answered, $"{answered} clicks were answered, {recorded} are recorded");
        }
        finally
        {
            await KillAsync(second);
        }
    }

    private async Task<int> ClickUntilKilledAsync(Process process, string url, Guid emailId, CancellationToken cancellationToken)
    {
        var answered = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, Clicks)
                .Select(async index =>
                {
                    var target = $"https://shop.test/{index}";
                    var token = _tokens.ClickToken(emailId, isInText: false, index, target);
                    try
                    {
                        using var answer = await _http.GetAsync($"{url}/t/c/{token}?u={Uri.EscapeDataString(target)}", cancellationToken);
                        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
                        if (Interlocked.Increment(ref answered) == AnsweredBeforeKill)
                            process.Kill();
                    }
                    catch (HttpRequestException)
                    {
                        // Killed before it answered: nothing was promised.
                    }
                })
        );
        return answered;
    }

    private async Task<(Process Process, string Url)> StartAsync(CancellationToken cancellationToken)
    {
        var address = $"127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(Executable()) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Longer than any commit, so that each answer comes after its own.
        string[] sets = [$"Secrets:Key={SecretKey}", "Inbound:Listen=", "Tracking:RecordWithin=00:00:10", "Log:Level=error"];
        foreach (
            var word in new[] { "up", "--http", address, "--data", _data, "--key", ApiKey }.Concat(
                sets.SelectMany(set => new[] { "--set", set })
            )
        )
            start.ArgumentList.Add(word);
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await IsReadyAsync($"http://{address}", cancellationToken))
                await Task.Delay(50, cancellationToken);
        }
        catch
        {
            await KillAsync(process);
            throw;
        }
        return (process, $"http://{address}");
    }

    private static string Executable()
    {
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(
            build.Parent!.Parent!.Parent!.Parent!.FullName,
            "ScaiSend.Cli",
            "bin",
            build.Parent.Name,
            build.Name,
            "scaisend"
        );
        Assert.True(File.Exists(path), $"{path} is not there: run ./build.sh test, which builds it");
        return path;
    }

    private async Task<bool> IsReadyAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync($"{url}/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<Guid> DeliveredAsync(string url, string messageId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var email = await EmailAsync(url, messageId, cancellationToken);
            if (
                email.GetProperty("state").GetString() == "Delivered"
                && Ids.TryRead(Ids.Email, email.GetProperty("id").GetString(), out var id)
            )
                return id;
            await Task.Delay(50, cancellationToken);
        }
    }

    private async Task<JsonElement> EmailAsync(string url, string messageId, CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<JsonElement>($"{url}/v3/messages/{messageId}", cancellationToken)).GetProperty("emails")[0];

    private static async Task KillAsync(Process process)
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
