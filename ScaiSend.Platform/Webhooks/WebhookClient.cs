using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Platform.Webhooks;

/// <summary>Makes one POST to a webhook, signed, within a time and a size, and says what came of it. It retries nothing and writes nothing down.</summary>
public sealed class WebhookClient : IDisposable
{
    /// <summary>As much of an answer is kept, and read.</summary>
    public const int LargestAnswer = 1024;

    private readonly HttpClient _http;
    private readonly WebhookSignatures _signatures;
    private readonly AccessTokens _tokens;
    private readonly TimeSpan _timeout;

    public WebhookClient(IOptions<WebhookOptions> options, SecretBox secrets, HostLookup lookup, TimeProvider time)
    {
        _timeout = options.Value.Timeout;
        // The limit is one over the whole POST, the token included; see below.
        _http = new HttpClient(new GuardedConnections(options.Value, lookup).Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        _signatures = new WebhookSignatures(secrets, time);
        _tokens = new AccessTokens(_http, secrets, time);
    }

    /// <summary>Tells an endpoint of events; <see cref="WebhookKind.Single"/> takes exactly one.</summary>
    /// <param name="attempt">1 for the first try of these events.</param>
    public Task<WebhookAnswer> PostAsync(
        WebhookEndpoint endpoint,
        IReadOnlyList<ToldEvent> events,
        Guid postId,
        int attempt,
        bool isTest,
        CancellationToken cancellationToken
    ) => PostAsync(endpoint, WebhookBody.Of(endpoint.Kind, events), postId, attempt, isTest, cancellationToken);

    /// <summary>Posts a body that is ready, such as that of a test.</summary>
    public async Task<WebhookAnswer> PostAsync(
        WebhookEndpoint endpoint,
        WebhookBody body,
        Guid postId,
        int attempt,
        bool isTest,
        CancellationToken cancellationToken
    )
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        try
        {
            var answer = await PostOnceAsync(endpoint, body, postId, attempt, isTest, limit.Token);
            // A token may have been withdrawn before its time.
            if (answer.Status == (int)HttpStatusCode.Unauthorized && _tokens.Forget(endpoint))
                answer = await PostOnceAsync(endpoint, body, postId, attempt, isTest, limit.Token);
            return answer with { Duration = watch.Elapsed };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(null, $"No answer within {_timeout.TotalSeconds:0.###} seconds", null, watch.Elapsed);
        }
        catch (Exception e) when (Trouble.InWords(e) is { } words)
        {
            return new WebhookAnswer(null, words, null, watch.Elapsed);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<WebhookAnswer> PostOnceAsync(
        WebhookEndpoint endpoint,
        WebhookBody body,
        Guid postId,
        int attempt,
        bool isTest,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ReadOnlyMemoryContent(body.Bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", "ScaiSend-Webhook/1.0");
        request.Headers.Add("X-ScaiSend-Delivery-Id", Ids.Show(Ids.WebhookPost, postId));
        request.Headers.Add("X-ScaiSend-Attempt", attempt.ToString(CultureInfo.InvariantCulture));
        if (body.EventId is not null)
            request.Headers.Add("X-ScaiSend-Event-Id", body.EventId);
        if (body.EventType is not null)
            request.Headers.Add("X-ScaiSend-Event-Type", body.EventType);
        if (isTest)
            request.Headers.Add("X-ScaiSend-Test", "true");
        _signatures.Sign(request, endpoint, body.Bytes.Span);
        if (await _tokens.OfAsync(endpoint, cancellationToken) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var status = (int)response.StatusCode;
        var answer = await ReadAsync(response, cancellationToken);
        return new WebhookAnswer(status, ErrorOf(status), answer, TimeSpan.Zero);
    }

    // SendGrid follows no redirects, so we do not: the tenant named one URL.
    private static string? ErrorOf(int status) =>
        status is >= 300 and < 400 ? "The receiver answered with a redirect, and redirects are not followed" : null;

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // One byte more: a short answer is read to its end, and its connection can be used again.
        var bytes = new byte[LargestAnswer + 1];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length == 0 ? null : bytes[..Math.Min(length, LargestAnswer)];
    }
}
