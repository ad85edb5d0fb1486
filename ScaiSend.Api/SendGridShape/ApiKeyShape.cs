using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Keys;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Keys as each dialect shows them. SendGrid knows neither revoked keys (they are gone), nor environments, nor expiry.</summary>
public static class ApiKeyShape
{
    public static bool ShowsRevoked(Dialect dialect) => dialect == Dialect.Documented;

    /// <summary>SendGrid gives full access when no scopes are asked for, which here is all that the caller has; the documented default is none.</summary>
    public static IReadOnlyList<string> ScopesByDefault(Dialect dialect, Caller caller) =>
        dialect == Dialect.SendGrid ? [.. Scopes.All.Where(caller.Scopes.Contains)] : [];

    /// <summary>SendGrid's clients cannot say which environment they mean, so it is the caller's.</summary>
    public static bool IsTestByDefault(Dialect dialect, Caller caller) => dialect == Dialect.SendGrid && caller.IsTest;

    public static string MissingName(Dialect dialect) => dialect == Dialect.SendGrid ? "missing required argument" : "Field required";

    public static IResult List(Dialect dialect, IReadOnlyList<ApiKey> keys) =>
        dialect == Dialect.SendGrid
            ? Results.Json(new { result = keys.Select(k => new { name = k.Name, api_key_id = Id(k) }) })
            : Results.Json(new { api_keys = keys.Select(Full) });

    public static IResult Show(Dialect dialect, ApiKey key) =>
        dialect == Dialect.SendGrid
            ? Results.Json(
                new
                {
                    api_key_id = Id(key),
                    name = key.Name,
                    scopes = key.ScopeList(),
                }
            )
            : Results.Json(Full(key));

    /// <summary>The answer to a change of the name.</summary>
    public static IResult Renamed(Dialect dialect, ApiKey key) =>
        dialect == Dialect.SendGrid ? Results.Json(new { api_key_id = Id(key), name = key.Name }) : Results.Json(Full(key));

    /// <summary>The only answer that has the secret.</summary>
    public static IResult WithSecret(Dialect dialect, ApiKey key, KeySecret secret, int statusCode) =>
        dialect == Dialect.SendGrid
            ? Results.Json(
                new
                {
                    api_key = secret.Text,
                    api_key_id = Id(key),
                    name = key.Name,
                    scopes = key.ScopeList(),
                },
                statusCode: statusCode
            )
            : Results.Json(
                new
                {
                    id = Id(key),
                    name = key.Name,
                    api_key = secret.Text,
                    prefix = secret.Prefix,
                    environment = Environment(key),
                    scopes = key.ScopeList(),
                    created_at = key.CreatedAt,
                    expires_at = key.ExpiresAt,
                },
                statusCode: statusCode
            );

    /// <summary>404.</summary>
    /// <param name="wanted">What SendGrid adds: <c>to update</c>, <c>for deletion</c>, or nothing.</param>
    public static IResult NotFound(HttpContext http, string id, string wanted = "") =>
        http.Dialect() == Dialect.SendGrid
            ? SendGridErrors.Because(StatusCodes.Status404NotFound, $"unable to find API Key {wanted}".TrimEnd())
            : Refusals.NotFound(http, "API key", id);

    /// <summary>What a revoked key answers to a change.</summary>
    public static IResult Revoked(HttpContext http, string id) =>
        http.Dialect() == Dialect.SendGrid
            ? NotFound(http, id, "to update")
            : new DetailError(StatusCodes.Status409Conflict, $"API key {id} is revoked");

    /// <summary>What a revoked key answers to being revoked again.</summary>
    public static IResult RevokedAgain(HttpContext http, string id) =>
        http.Dialect() == Dialect.SendGrid ? NotFound(http, id, "for deletion") : Results.NoContent();

    private static object Full(ApiKey key) =>
        new
        {
            id = Id(key),
            name = key.Name,
            prefix = key.Prefix,
            environment = Environment(key),
            scopes = key.ScopeList(),
            created_at = key.CreatedAt,
            last_used_at = key.LastUsedAt,
            expires_at = key.ExpiresAt,
            revoked_at = key.RevokedAt,
        };

    private static string Id(ApiKey key) => Ids.Show(Ids.ApiKey, key.Id);

    private static string Environment(ApiKey key) => key.IsTest ? "test" : "live";
}
