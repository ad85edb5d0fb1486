using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Identity;

namespace ScaiSend.Api.ScaiKey;

/// <summary>ScaiKey does not answer, or not as it should; the text says what was asked and what came.</summary>
public sealed class ScaiKeyException(string message) : Exception(message);

/// <summary>A part of a listing.</summary>
/// <param name="Next">Where it goes on; null at its end.</param>
/// <param name="AsOf">A moment of ScaiKey's clock before it was read: what happened later may or may not be in it.</param>
/// <param name="Total">How many things the whole listing has, when ScaiKey says so.</param>
public sealed record ListingPage(IReadOnlyList<JsonElement> Items, string? Next, DateTimeOffset AsOf, int? Total);

/// <summary>
/// Reads ScaiKey's listings, page by page, with a token for this application (RFC 6749 §4.4). Whatever may pass by itself is tried again: no answer, 429, and
/// 5xx. The only clock that counts is ScaiKey's, as its answers tell it (RFC 9110 §6.6.1), for it stamps the events that a page is compared with.
/// </summary>
public sealed class ScaiKeyListing : IDisposable
{
    /// <summary>How long ScaiKey has to answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    /// <summary>How often a page is asked for at most.</summary>
    public const int MostTries = 6;

    /// <summary>The longest pause between two tries, whatever <c>Retry-After</c> says.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Where a listing goes on is at most so long.</summary>
    public const int LongestCursor = 255;

    private const int LargestAnswer = 16 * 1024 * 1024;

    // How long before its end a token is used no more.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly ScaiKeyOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = AnswerLimit,
        MaxResponseContentBufferSize = LargestAnswer,
    };
    private (string Text, DateTimeOffset Until)? _token;
    private DateTimeOffset? _asOf;

    public ScaiKeyListing(IOptions<ScaiKeyOptions> options, TimeProvider time, Random random) =>
        (_options, _time, _random) = (options.Value, time, random);

    /// <summary>What is missing in the settings; null when nothing is.</summary>
    public string? Missing =>
        _options.Url.Length == 0 ? "ScaiKey:Url is not set (SCAIKEY_URL)"
        : _options.ClientId.Length == 0 ? "ScaiKey:ClientId is not set (SCAIKEY_CLIENT_ID)"
        : _options.ClientSecret.Length == 0 ? "ScaiKey:ClientSecret is not set (SCAIKEY_CLIENT_SECRET)"
        : null;

    /// <summary>Gets a token, and with it the time at ScaiKey.</summary>
    /// <exception cref="ScaiKeyException">It cannot be had.</exception>
    public async Task<DateTimeOffset> ConnectAsync(CancellationToken cancellationToken)
    {
        _token = null;
        await TokenAsync(cancellationToken);
        return _asOf!.Value;
    }

    /// <summary>A page.</summary>
    /// <param name="cursor">Where it begins; null for the listing's beginning.</param>
    /// <exception cref="ScaiKeyException">It cannot be had.</exception>
    public async Task<ListingPage> PageAsync(ScaiKeyKind kind, string? cursor, CancellationToken cancellationToken)
    {
        var url = new Uri(
            $"{_options.Url.TrimEnd('/')}{_options.ListingPath.TrimEnd('/')}/{ResourceTypes.Whole(kind)}s?limit={_options.PageSize}"
                + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")
        );
        for (var isRenewed = false; ; isRenewed = true)
        {
            var token = await TokenAsync(cancellationToken);
            var asOf = _asOf!.Value;
            using var answer = await AskAsync(
                () =>
                    new HttpRequestMessage(HttpMethod.Get, url)
                    {
                        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
                    },
                cancellationToken
            );
            // It may have been taken back before its time.
            if (answer.StatusCode == HttpStatusCode.Unauthorized && !isRenewed)
            {
                _token = null;
                continue;
            }
            return Page(await JsonAsync(answer, url, cancellationToken), url, cursor, asOf);
        }
    }

    public void Dispose() => _http.Dispose();

    private static ListingPage Page(JsonElement json, Uri url, string? cursor, DateTimeOffset asOf)
    {
        if (!json.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw new ScaiKeyException($"{Shown(url)} answers without an array data");
        var next = json.TryGetProperty("next_cursor", out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
        if (next is { Length: 0 })
            next = null;
        if (next?.Length > LongestCursor)
            throw new ScaiKeyException($"{Shown(url)} answers with a next_cursor of more than {LongestCursor} characters");
        if (next is not null && next == cursor)
            throw new ScaiKeyException($"{Shown(url)} answers with the same next_cursor again");
        int? total =
            json.TryGetProperty("total", out var all) && all.ValueKind == JsonValueKind.Number && all.TryGetInt32(out var count)
                ? count
                : null;
        return new ListingPage([.. data.EnumerateArray()], next, asOf, total);
    }

    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (_token is { } known && known.Until > _time.GetUtcNow())
            return known.Text;
        var discovery = new Uri(_options.Url.TrimEnd('/') + _options.DiscoveryPath);
        using var found = await AskAsync(() => new HttpRequestMessage(HttpMethod.Get, discovery), cancellationToken);
        var endpoint = TokenEndpoint(await JsonAsync(found, discovery, cancellationToken), discovery);
        using var answer = await AskAsync(() => TokenRequest(endpoint), cancellationToken);
        var json = await JsonAsync(answer, endpoint, cancellationToken);
        if (!json.TryGetProperty("access_token", out var text) || text.ValueKind != JsonValueKind.String)
            throw new ScaiKeyException($"{Shown(endpoint)} answers without an access_token");
        var lasts =
            json.TryGetProperty("expires_in", out var seconds)
            && seconds.ValueKind == JsonValueKind.Number
            && seconds.TryGetInt32(out var count)
            && count > 0
                ? count
                : 300;
        _token = (text.GetString()!, _time.GetUtcNow() + TimeSpan.FromSeconds(lasts) - Margin);
        return _token.Value.Text;
    }

    private static Uri TokenEndpoint(JsonElement json, Uri discovery) =>
        json.TryGetProperty("token_endpoint", out var text)
        && Uri.TryCreate(text.ToString(), UriKind.Absolute, out var endpoint)
        // The secret goes there: never over a worse connection than the one that the operator has named.
        && (endpoint.Scheme == "https" || endpoint.Scheme == discovery.Scheme)
            ? endpoint
            : throw new ScaiKeyException($"{Shown(discovery)} names no token_endpoint that can be used");

    private HttpRequestMessage TokenRequest(Uri endpoint) =>
        new(HttpMethod.Post, endpoint)
        {
            // RFC 6749 §2.3.1.
            Headers =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic",
                    Convert.ToBase64String(
                        Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(_options.ClientId)}:{WebUtility.UrlEncode(_options.ClientSecret)}")
                    )
                ),
            },
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]),
        };

    private async Task<HttpResponseMessage> AskAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            using var message = request();
            string trouble;
            TimeSpan? wanted = null;
            try
            {
                var answer = await _http.SendAsync(message, cancellationToken);
                if (!MayPass(answer.StatusCode))
                {
                    _asOf = answer.Headers.Date ?? _asOf ?? _time.GetUtcNow();
                    return answer;
                }
                trouble = $"answers {(int)answer.StatusCode}";
                wanted = answer.Headers.RetryAfter?.Delta;
                answer.Dispose();
            }
            catch (HttpRequestException e) when (e.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded)
            {
                trouble = $"does not answer: {e.Message}";
            }
            catch (HttpRequestException)
            {
                throw new ScaiKeyException($"{Shown(message.RequestUri!)} answers with more than {LargestAnswer} bytes");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                trouble = $"does not answer within {AnswerLimit.TotalSeconds:F0} seconds";
            }
            if (tries == MostTries)
                throw new ScaiKeyException($"{Shown(message.RequestUri!)} {trouble}; {MostTries} tries");
            await Task.Delay(Wait(tries, wanted), _time, cancellationToken);
        }
    }

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= (HttpStatusCode)500;

    // Twice as long each time, and not all who wait at the same moment.
    private TimeSpan Wait(int tries, TimeSpan? wanted)
    {
        var wait = wanted ?? _options.RetryWait * Math.Pow(2, tries - 1) * (0.5 + (_random.NextDouble() / 2));
        return wait < LongestWait ? wait : LongestWait;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, Uri url, CancellationToken cancellationToken)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new ScaiKeyException($"{Shown(url)} answers {(int)answer.StatusCode}");
        try
        {
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new ScaiKeyException($"{Shown(url)} answers with no JSON object");
        }
        catch (JsonException)
        {
            throw new ScaiKeyException($"{Shown(url)} answers with no JSON");
        }
    }

    private static string Shown(Uri url) => url.GetLeftPart(UriPartial.Path);
}
