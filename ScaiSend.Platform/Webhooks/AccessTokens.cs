using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Platform.Webhooks;

/// <summary>The OAuth 2 tokens of endpoints that want one (RFC 6749 §4.4, client credentials). Kept in memory until shortly before they expire.</summary>
internal sealed class AccessTokens(HttpClient http, SecretBox secrets, TimeProvider time)
{
    private const int LargestAnswer = 16 * 1024;
    private const int LongestToken = 8 * 1024;
    private const int MostKept = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    // RFC 6749 §4.2.2 leaves out how long when no time is told.
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, Token> _known = new();

    /// <summary>Null for an endpoint that wants none.</summary>
    /// <exception cref="NoTokenException">There is none to be had; the text says why.</exception>
    public async ValueTask<string?> OfAsync(WebhookEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not { OAuthTokenUrl: { Length: > 0 } url, OAuthClientId: { } id, SealedOAuthSecret: { } secret })
            return null;
        if (_known.TryGetValue(endpoint.Id, out var known) && known.IsFor(endpoint) && known.Until > time.GetUtcNow())
            return known.Value;
        var token = await FetchAsync(url, id, Encoding.UTF8.GetString(secrets.Open(secret)), cancellationToken);
        if (_known.Count >= MostKept)
            _known.Clear();
        _known[endpoint.Id] = token with { Url = url, ClientId = id, SealedSecret = secret };
        return token.Value;
    }

    /// <summary>Whether there was one to forget.</summary>
    public bool Forget(WebhookEndpoint endpoint) => _known.TryRemove(endpoint.Id, out _);

    private async Task<Token> FetchAsync(string url, string id, string secret, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            return await RequestAsync(url, id, secret, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoTokenException($"no answer within {Limit.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is not NoTokenException && Trouble.InWords(e) is { } words)
        {
            throw new NoTokenException(char.ToLowerInvariant(words[0]) + words[1..]);
        }
    }

    private async Task<Token> RequestAsync(string url, string id, string secret, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = id,
                    ["client_secret"] = secret,
                }
            ),
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new NoTokenException($"the token URL answered {(int)response.StatusCode}");
        var bytes = new byte[LargestAnswer + 1];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= LargestAnswer && Read(bytes.AsMemory(0, length)) is { } token
            ? token
            : throw new NoTokenException("the token URL's answer holds no bearer token");
    }

    private Token? Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("access_token", out var value)
                || value.ValueKind != JsonValueKind.String
                || value.GetString() is not { Length: > 0 and <= LongestToken } token
                || !token.All(c => c is > ' ' and < '\x7f')
            )
                return null;
            var lasts =
                root.TryGetProperty("expires_in", out var seconds)
                && seconds.ValueKind == JsonValueKind.Number
                && seconds.TryGetDouble(out var n)
                && n is > 0 and < 1e9
                    ? TimeSpan.FromSeconds(n)
                    : Unknown;
            return new Token(token, time.GetUtcNow() + lasts - Margin);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Token(string Value, DateTimeOffset Until)
    {
        public string? Url { get; init; }
        public string? ClientId { get; init; }
        public byte[]? SealedSecret { get; init; }

        public bool IsFor(WebhookEndpoint endpoint) =>
            Url == endpoint.OAuthTokenUrl
            && ClientId == endpoint.OAuthClientId
            && SealedSecret!.AsSpan().SequenceEqual(endpoint.SealedOAuthSecret);
    }
}

/// <summary>No access token is to be had; the text says why.</summary>
internal sealed class NoTokenException(string why) : Exception($"No access token: {why}");
