using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>ScaiKey as far as ScaiSend sees it: its public keys, and tokens that it signs. Can be slow, away, or have new keys.</summary>
public sealed partial class ScaiKeyStandIn : IAsyncDisposable
{
    public const string Audience = "scaisend-client";

    private readonly WebApplication _app;
    private readonly List<JsonWebKey> _published = [];
    private int _fetches;

    private ScaiKeyStandIn(WebApplication app) => _app = app;

    /// <summary>Such as <c>http://127.0.0.1:4711</c>.</summary>
    public string Url => _app.Urls.Single();

    public string Issuer => Url + "/oauth";

    /// <summary>How often the keys were asked for.</summary>
    public int Fetches => Volatile.Read(ref _fetches);

    /// <summary>What it answers instead of keys; 0 for keys.</summary>
    public int Status { get; set; }

    /// <summary>The key that signs.</summary>
    public SecurityKey Current { get; private set; } = null!;

    public static async Task<ScaiKeyStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var standIn = new ScaiKeyStandIn(app);
        standIn.UseNewKey("rsa-1", "RSA");
        app.MapGet("/jwks.json", standIn.Keys);
        standIn.MapLogin(app);
        standIn.MapListing(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return standIn;
    }

    /// <summary>The settings that make the product trust it.</summary>
    public Dictionary<string, string?> Settings =>
        new()
        {
            ["ScaiKey:JwksUrl"] = Url + "/jwks.json",
            ["ScaiKey:Issuer"] = Issuer,
            ["ScaiKey:Audience"] = Audience,
        };

    /// <summary>Signs with a new key from now on, which is published beside the others.</summary>
    /// <param name="kind"><c>RSA</c> or <c>EC</c>.</param>
    public void UseNewKey(string id, string kind)
    {
        SecurityKey key =
            kind == "RSA"
                ? new RsaSecurityKey(RSA.Create(2048)) { KeyId = id }
                : new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };
        Current = key;
        lock (_published)
            _published.Add(Public(key));
    }

    /// <summary>Publishes a key no more.</summary>
    public void Withdraw(string id)
    {
        lock (_published)
            _published.RemoveAll(key => key.KeyId == id);
    }

    /// <summary>A token as ScaiKey makes it.</summary>
    public string Token(string subject, string tenant, DateTimeOffset now, Action<SecurityTokenDescriptor>? change = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = $"{Issuer}/tenants/{tenant}",
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.AddHours(1).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["tenant_id"] = tenant },
            SigningCredentials = new SigningCredentials(
                Current,
                Current is RsaSecurityKey ? SecurityAlgorithms.RsaSha256 : SecurityAlgorithms.EcdsaSha256
            ),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Keys()
    {
        Interlocked.Increment(ref _fetches);
        if (Status > 0)
            return Results.StatusCode(Status);
        lock (_published)
            return Results.Json(
                new
                {
                    keys = _published.Select(key =>
                        key.Kty == "RSA"
                            ? (object)
                                new
                                {
                                    kty = key.Kty,
                                    kid = key.KeyId,
                                    use = "sig",
                                    n = key.N,
                                    e = key.E,
                                }
                            : new
                            {
                                kty = key.Kty,
                                kid = key.KeyId,
                                use = "sig",
                                crv = key.Crv,
                                x = key.X,
                                y = key.Y,
                            }
                    ),
                }
            );
    }

    private static JsonWebKey Public(SecurityKey key) =>
        key switch
        {
            RsaSecurityKey rsa => JsonWebKeyConverter.ConvertFromRSASecurityKey(rsa),
            ECDsaSecurityKey ec => JsonWebKeyConverter.ConvertFromECDsaSecurityKey(ec),
            _ => throw new ArgumentException("No such kind of key", nameof(key)),
        };
}
