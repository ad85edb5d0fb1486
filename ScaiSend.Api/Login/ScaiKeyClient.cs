using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Identity;

namespace ScaiSend.Api.Login;

/// <summary>Speaks with ScaiKey's OAuth endpoints. It believes no answer that is large, late, or not as the standard says; what it is told in secret it never logs.</summary>
public sealed class ScaiKeyClient(IOptions<ScaiKeyOptions> options, TimeProvider time, ILogger<ScaiKeyClient> log) : IDisposable
{
    /// <summary>How long ScaiKey has for an answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long its addresses are believed.</summary>
    public static readonly TimeSpan AddressesFor = TimeSpan.FromHours(1);

    /// <summary>Most bytes of an answer.</summary>
    public const int LargestAnswer = 64 * 1024;

    private static readonly TimeSpan ConnectionLasts = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            // The client secret goes where the settings say and nowhere else.
            AllowAutoRedirect = false,
            PooledConnectionLifetime = ConnectionLasts,
        }
    )
    {
        Timeout = AnswerLimit,
        MaxResponseContentBufferSize = LargestAnswer,
    };
    private (ScaiKeyAddresses Addresses, DateTimeOffset Until)? _known;

    /// <summary>Where its endpoints are: what the settings say, and for the rest what it says itself.</summary>
    /// <exception cref="NoProviderException">It does not say.</exception>
    public async Task<ScaiKeyAddresses> AddressesAsync(CancellationToken cancellationToken)
    {
        var set = options.Value;
        if (set.AuthorizeUrl.Length > 0 && set.TokenUrl.Length > 0)
            return new ScaiKeyAddresses(set.AuthorizeUrl, set.TokenUrl, set.UserInfoUrl);
        var now = time.GetUtcNow();
        if (_known is { } known && known.Until > now)
            return known.Addresses;
        var url = set.DiscoveryUrl is { Length: > 0 } own ? own : set.Issuer.TrimEnd('/') + "/.well-known/openid-configuration";
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var (status, answer) = await AskAsync(request, cancellationToken);
        var addresses = new ScaiKeyAddresses(
            set.AuthorizeUrl is { Length: > 0 } authorize ? authorize : Text(answer, "authorization_endpoint") ?? "",
            set.TokenUrl is { Length: > 0 } token ? token : Text(answer, "token_endpoint") ?? "",
            set.UserInfoUrl is { Length: > 0 } userInfo ? userInfo : Text(answer, "userinfo_endpoint") ?? ""
        );
        if (status != HttpStatusCode.OK || addresses.Authorize.Length == 0 || addresses.Token.Length == 0)
            throw Away($"{url} answered {(int)status} without the addresses");
        _known = (addresses, now + AddressesFor);
        return addresses;
    }

    /// <summary>Asks for tokens (RFC 6749 §4.1.3, §6). Null when ScaiKey says that the grant is wrong.</summary>
    /// <param name="grant">The parameters beside those that say who we are.</param>
    /// <exception cref="NoProviderException">It does not answer, or says that we are wrong.</exception>
    public async Task<ScaiKeyTokens?> TokensAsync(IReadOnlyDictionary<string, string> grant, CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(cancellationToken);
        var form = new Dictionary<string, string>(grant) { ["client_id"] = ClientId };
        if (options.Value.ClientSecret is { Length: > 0 } secret)
            form["client_secret"] = secret;
        using var request = new HttpRequestMessage(HttpMethod.Post, addresses.Token) { Content = new FormUrlEncodedContent(form) };
        var (status, answer) = await AskAsync(request, cancellationToken);
        if (status == HttpStatusCode.BadRequest && Text(answer, "error") == "invalid_grant")
            return null;
        if (status != HttpStatusCode.OK || Text(answer, "access_token") is not { } access)
            throw Away($"the token endpoint answered {(int)status} {Text(answer, "error")}");
        return new ScaiKeyTokens(access, Text(answer, "refresh_token"), Seconds(answer));
    }

    /// <summary>What it says about the user of an access token; nothing when it says nothing.</summary>
    public async Task<JsonElement> UserInfoAsync(string accessToken, CancellationToken cancellationToken)
    {
        if ((await AddressesAsync(cancellationToken)).UserInfo is not { Length: > 0 } url)
            return default;
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new("Bearer", accessToken);
        var (status, answer) = await AskAsync(request, cancellationToken);
        return status == HttpStatusCode.OK ? answer : default;
    }

    /// <summary>Who we are there.</summary>
    public string ClientId => options.Value.ClientId is { Length: > 0 } own ? own : options.Value.Audience;

    public void Dispose() => _http.Dispose();

    /// <summary>A text of an object; null when it has none of that name.</summary>
    internal static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private async Task<(HttpStatusCode Status, JsonElement Answer)> AskAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return (response.StatusCode, json.RootElement.Clone());
        }
        // Too large, too: the client throws the first then.
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException)
        {
            throw Away(e is JsonException ? "an answer is no JSON" : e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Away($"no answer within {AnswerLimit.TotalSeconds:0} seconds");
        }
    }

    private NoProviderException Away(string why)
    {
        log.LogWarning("Nobody can log in with ScaiKey: {Reason}", why);
        return new NoProviderException("ScaiKey does not answer as it should; try again in a moment");
    }

    private static long? Seconds(JsonElement json) =>
        json.TryGetProperty("expires_in", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
            ? seconds
            : null;
}

/// <summary>Where ScaiKey's endpoints are; the last may be empty.</summary>
public sealed record ScaiKeyAddresses(string Authorize, string Token, string UserInfo);

/// <summary>What ScaiKey gave for a code or a refresh token.</summary>
public sealed record ScaiKeyTokens(string Access, string? Refresh, long? ExpiresIn);
