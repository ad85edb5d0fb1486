using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>One POST as it came in.</summary>
public sealed record CaughtPost(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as one object, or as an array of them.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The events in it, whichever the body is.</summary>
    public JsonElement[] Events => Json.ValueKind == JsonValueKind.Array ? [.. Json.EnumerateArray()] : [Json];
}

/// <summary>A receiver of webhooks on 127.0.0.1 that keeps what it gets and answers as a test has set.</summary>
public sealed class WebhookCatcher : IAsyncDisposable
{
    private readonly ConcurrentQueue<CaughtPost> _posts = new();
    private readonly IHost _host;
    private readonly string _scheme;

    private WebhookCatcher(X509Certificate2? certificate)
    {
        _scheme = certificate is null ? "http" : "https";
        _host = new HostBuilder()
            .ConfigureWebHost(web =>
                web.UseKestrelCore()
                    .ConfigureKestrel(kestrel =>
                        kestrel.Listen(
                            IPAddress.Loopback,
                            0,
                            listen =>
                            {
                                if (certificate is not null)
                                    listen.UseHttps(certificate);
                            }
                        )
                    )
                    .Configure(app => app.Run(CatchAsync))
            )
            .Build();
    }

    /// <summary>How POSTs are answered; 200 with no body unless a test says otherwise. It may wait, abort the connection or look at the body.</summary>
    public Func<HttpContext, CaughtPost, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>All of them, in the order of their coming.</summary>
    public IReadOnlyList<CaughtPost> Posts => [.. _posts];

    /// <summary>All events of all POSTs.</summary>
    public IReadOnlyList<JsonElement> Events => [.. _posts.SelectMany(post => post.Events)];

    /// <summary>Such as <c>http://127.0.0.1:1234/</c>.</summary>
    public string Url
    {
        get
        {
            var server = _host.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>();
            var addresses = server.Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!;
            return $"{_scheme}://127.0.0.1:{new Uri(addresses.Addresses.Single()).Port}/";
        }
    }

    /// <summary>Listens; with a certificate, for HTTPS.</summary>
    public static async Task<WebhookCatcher> StartAsync(X509Certificate2? certificate = null)
    {
        var catcher = new WebhookCatcher(certificate);
        await catcher._host.StartAsync(TestContext.Current.CancellationToken);
        return catcher;
    }

    /// <summary>From now on every POST is answered so.</summary>
    public void AnswerWith(int status, string body = "") =>
        Answer = (context, _) =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        };

    /// <summary>The POSTs, as soon as there are so many.</summary>
    public async Task<IReadOnlyList<CaughtPost>> Caught(int posts)
    {
        await Until(() => _posts.Count >= posts, () => $"{_posts.Count} of {posts} POSTs came");
        return Posts;
    }

    /// <summary>The events, as soon as there are so many.</summary>
    public async Task<IReadOnlyList<JsonElement>> CaughtEvents(int events)
    {
        await Until(() => Events.Count >= events, () => $"{Events.Count} of {events} events came");
        return Events;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _host.StopAsync(atOnce.Token);
        _host.Dispose();
    }

    private async Task CatchAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var post = new CaughtPost(context.Request.Path, headers, body.ToArray());
        _posts.Enqueue(post);
        await Answer(context, post);
    }

    private static async Task Until(Func<bool> isSo, Func<string> what)
    {
        for (var watch = Stopwatch.StartNew(); !isSo(); await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            if (watch.Elapsed > Patience.Limit)
                throw new TimeoutException(what());
        }
    }
}
