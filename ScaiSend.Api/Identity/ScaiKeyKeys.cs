using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ScaiSend.Api.Identity;

/// <summary>
/// ScaiKey's public keys (RFC 7517), fetched when they are needed. A token with a key that is not known makes us look again, but not more often than
/// <see cref="RefetchEvery"/>, whoever sends how many. While ScaiKey is away, the keys that are known go on.
/// </summary>
public sealed class ScaiKeyKeys : IDisposable
{
    /// <summary>Shortest time between two looks.</summary>
    public static readonly TimeSpan RefetchEvery = TimeSpan.FromSeconds(30);

    /// <summary>How long ScaiKey has to answer.</summary>
    public static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(5);

    private const int LargestAnswer = 256 * 1024;

    private readonly ScaiKeyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HttpClient _http = new() { Timeout = FetchLimit, MaxResponseContentBufferSize = LargestAnswer };
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Known _known = new([], null, null);

    public ScaiKeyKeys(IOptions<ScaiKeyOptions> options, TimeProvider time, ILogger<ScaiKeyKeys> log) =>
        (_options, _time, _log) = (options.Value, time, log);

    /// <summary>What a token of ScaiKey must be; null when it says that it is another's, or there is no ScaiKey.</summary>
    /// <param name="unproved">Only its issuer and the name of its key are looked at.</param>
    public async Task<TokenValidationParameters?> TermsAsync(JsonWebToken unproved, CancellationToken cancellationToken) =>
        _options.JwksUrl.Length == 0 || !IsOurs(unproved.Issuer)
            ? null
            : new TokenValidationParameters
            {
                ValidIssuer = unproved.Issuer,
                ValidAudience = _options.Audience,
                // RFC 8725 §3.1: an HMAC with a public key as its secret would prove nothing.
                ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
                IssuerSigningKeys = await FindAsync(unproved.Kid is { Length: > 0 } kid ? kid : null, cancellationToken),
            };

    // ScaiKey has an issuer for each tenant, …/tenants/{id}.
    private bool IsOurs(string issuer) =>
        issuer == _options.Issuer || issuer.StartsWith(_options.Issuer.TrimEnd('/') + "/tenants/", StringComparison.Ordinal);

    private async Task<IReadOnlyList<SecurityKey>> FindAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (!NeedsFetch(keyId))
            return Usable();
        // Whoever comes meanwhile waits for this look instead of taking one of its own.
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (NeedsFetch(keyId))
                await FetchAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
        return Usable();
    }

    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    private bool NeedsFetch(string? keyId)
    {
        var (known, now) = (_known, _time.GetUtcNow());
        if (known.LookedAt is { } looked && now - looked < RefetchEvery)
            return false;
        return known.FetchedAt is not { } fetched || now - fetched >= _options.KeysFor || (keyId is not null && !known.Has(keyId));
    }

    private IReadOnlyList<SecurityKey> Usable() =>
        _known is { FetchedAt: { } fetched } known && _time.GetUtcNow() - fetched < _options.KeysWithout ? known.Keys : [];

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        try
        {
            var keys = new JsonWebKeySet(await _http.GetStringAsync(new Uri(_options.JwksUrl), cancellationToken));
            // A symmetric key in public would let everybody sign.
            _known = new Known([.. keys.Keys.Where(key => key.Kty is "RSA" or "EC" && key.Use is null or "" or "sig")], now, now);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _known = _known with { LookedAt = now };
            _log.LogWarning("ScaiKey's public keys could not be fetched; those that are known go on: {Reason}", e.Message);
        }
    }

    private sealed record Known(IReadOnlyList<SecurityKey> Keys, DateTimeOffset? FetchedAt, DateTimeOffset? LookedAt)
    {
        public bool Has(string keyId) => Keys.Any(key => key.KeyId == keyId);
    }
}
