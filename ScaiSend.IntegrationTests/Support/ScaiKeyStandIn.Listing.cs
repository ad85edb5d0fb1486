using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ScaiSend.IntegrationTests.Support;

// What it has: partners, tenants, users and groups, page by page, and news of them by webhook.
public sealed partial class ScaiKeyStandIn
{
    public const string ClientSecret = "a secret of the client: with %, + and blanks";
    public const string WebhookSecret = "whsec_0123456789abcdef0123456789abcdef";

    private readonly Dictionary<string, SortedDictionary<string, object>> _things = new()
    {
        ["partners"] = new(StringComparer.Ordinal),
        ["tenants"] = new(StringComparer.Ordinal),
        ["users"] = new(StringComparer.Ordinal),
        ["groups"] = new(StringComparer.Ordinal),
    };
    private readonly HashSet<string> _tokens = [];
    private int _pages;
    private int _tokensGiven;
    private int _events;

    /// <summary>The settings that make the product mirror it.</summary>
    public Dictionary<string, string?> MirrorSettings =>
        new(Settings)
        {
            ["ScaiKey:WebhookSecret"] = WebhookSecret,
            ["ScaiKey:Url"] = Url,
            ["ScaiKey:ClientId"] = Audience,
            ["ScaiKey:ClientSecret"] = ClientSecret,
            ["ScaiKey:RetryWait"] = "00:00:00.005",
        };

    /// <summary>Its clock, which its answers and its events tell.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Called before a page of a listing is answered; an answer of its own takes the page's place. For errors, slowness, and what happens meanwhile.</summary>
    public Func<string, int, Task<IResult?>> BeforePage { get; set; } = (_, _) => Task.FromResult<IResult?>(null);

    /// <summary>Whether listings say how many things they have.</summary>
    public bool TellsTotals { get; set; }

    /// <summary>How many pages it was asked for.</summary>
    public int Pages => Volatile.Read(ref _pages);

    /// <summary>How many tokens it gave to clients.</summary>
    public int TokensGiven => Volatile.Read(ref _tokensGiven);

    /// <summary>Has a thing from now on, or has it otherwise.</summary>
    /// <param name="kind">Such as <c>users</c>.</param>
    /// <param name="thing">Its fields beside the id, as a listing has them.</param>
    public void Has(string kind, string id, object thing)
    {
        var fields = JsonSerializer.SerializeToNode(thing)!.AsObject();
        fields["id"] = id;
        lock (_things)
            _things[kind][id] = fields;
    }

    /// <summary>Has a thing no more; of all when no id is given.</summary>
    public void Lacks(string kind, string? id = null)
    {
        lock (_things)
        {
            if (id is null)
                _things[kind].Clear();
            else
                _things[kind].Remove(id);
        }
    }

    /// <summary>Takes back all tokens of clients.</summary>
    public void RevokeTokens()
    {
        lock (_tokens)
            _tokens.Clear();
    }

    /// <summary>An event as ScaiKey writes it.</summary>
    public string Event(string type, string id, object? data = null, DateTimeOffset? at = null, string? eventId = null) =>
        JsonSerializer.Serialize(
            new
            {
                event_id = eventId ?? string.Create(CultureInfo.InvariantCulture, $"evt_{Interlocked.Increment(ref _events)}"),
                event_type = type,
                timestamp = (at ?? Clock.GetUtcNow()).ToString("O", CultureInfo.InvariantCulture),
                resource = new { type = type.Split('.')[0], id },
                actor = new { id = "usr_root", type = "user" },
                data = data ?? new { },
                tenant_id = (string?)null,
                partner_id = (string?)null,
            }
        );

    /// <summary>The header that proves a body.</summary>
    public string Signature(string body, DateTimeOffset? at = null, string secret = WebhookSecret)
    {
        var timestamp = (at ?? Clock.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={timestamp},v1={Hex(secret, timestamp, body)}";
    }

    /// <summary>The hexadecimal part of a signature.</summary>
    public static string Hex(string secret, string timestamp, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));

    /// <summary>Sends an event to the product, signed.</summary>
    /// <param name="signature">In place of the right one; no header at all when empty.</param>
    public async Task<CallAnswer> SendAsync(HttpClient product, string body, string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(product.BaseAddress!, "/webhooks/scaikey"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if ((signature ?? Signature(body)) is { Length: > 0 } header)
            request.Headers.TryAddWithoutValidation("X-ScaiKey-Signature", header);
        using var client = new HttpClient();
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new CallAnswer(
            (int)answer.StatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            new Dictionary<string, string>()
        );
    }

    // Implemented by the part about logging in: all grants but client_credentials.
    private partial IResult? LoginGrant(IFormCollection form);

    private void MapListing(IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/openid-configuration", Discovery);
        app.MapPost("/oauth/token", (Delegate)TokenAsync);
        app.MapGet("/api/v1/platform/{kind}", PageAsync);
    }

    private IResult Discovery(HttpContext http)
    {
        TellTime(http);
        return Results.Json(
            new
            {
                issuer = Issuer,
                authorization_endpoint = Url + "/oauth/authorize",
                token_endpoint = Url + "/oauth/token",
                jwks_uri = Url + "/jwks.json",
                response_types_supported = CodeOnly,
                code_challenge_methods_supported = S256Only,
                grant_types_supported = Grants,
            }
        );
    }

    private static readonly string[] CodeOnly = ["code"];
    private static readonly string[] S256Only = ["S256"];
    private static readonly string[] Grants = ["authorization_code", "refresh_token", "client_credentials"];

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        TellTime(http);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form["grant_type"] != "client_credentials")
            return LoginGrant(form) ?? Results.Json(new { error = "unsupported_grant_type" }, statusCode: 400);
        if (!IsClient(http, form))
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        var token = $"cc_{Interlocked.Increment(ref _tokensGiven)}";
        lock (_tokens)
            _tokens.Add(token);
        return Results.Json(
            new
            {
                access_token = token,
                token_type = "Bearer",
                expires_in = 3600,
            }
        );
    }

    // RFC 6749 §2.3.1: in the header, or in the form.
    private static bool IsClient(HttpContext http, IFormCollection form)
    {
        if (http.Request.Headers.Authorization.ToString() is not ['B', 'a', 's', 'i', 'c', ' ', .. var encoded])
            return form["client_id"] == Audience && form["client_secret"] == ClientSecret;
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Split(':', 2);
        return WebUtility.UrlDecode(parts[0]) == Audience && WebUtility.UrlDecode(parts[1]) == ClientSecret;
    }

    private async Task<IResult> PageAsync(string kind, HttpContext http, string? cursor = null, int limit = 100)
    {
        TellTime(http);
        var number = Interlocked.Increment(ref _pages);
        lock (_tokens)
        {
            if (!_tokens.Contains(http.Request.Headers.Authorization.ToString().Split(' ')[^1]))
                return Results.StatusCode(401);
        }
        if (await BeforePage(kind, number) is { } instead)
            return instead;
        lock (_things)
        {
            var after = _things[kind]
                .Where(thing => cursor is null || string.CompareOrdinal(thing.Key, cursor) > 0)
                .Take(limit + 1)
                .ToList();
            var next = after.Count > limit ? after[limit - 1].Key : null;
            return Results.Text(
                JsonSerializer.Serialize(
                    new
                    {
                        data = after.Take(limit).Select(thing => thing.Value),
                        next_cursor = next,
                        total = TellsTotals ? _things[kind].Count : (int?)null,
                    }
                ),
                "application/json"
            );
        }
    }

    private void TellTime(HttpContext http) => http.Response.Headers.Date = Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
}
