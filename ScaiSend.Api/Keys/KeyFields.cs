using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Keys;

/// <summary>The fields of a request about a key, checked but for what the caller may grant.</summary>
/// <param name="Scopes">Null when none were given.</param>
public sealed record KeyFields(string Name, bool? IsTest, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpiresAt)
{
    /// <summary>Most characters of a name.</summary>
    public const int MaxName = 255;

    private const int MaxBytes = 64 * 1024;
    private const int MaxScopes = 200;

    /// <summary>The fields, or what is wrong with them.</summary>
    public static async Task<(KeyFields? Fields, IResult? Refusal)> ReadAsync(HttpContext http, TimeProvider time)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        if (!body.Has("name"))
            body.Refuse("name", ApiKeyShape.MissingName(http.Dialect()), "missing");
        var fields = new KeyFields(
            body.Text("name", MaxName, min: 1) ?? "",
            body.OneOf("environment", "live", "test") is { } environment ? environment == "test" : null,
            body.Texts("scopes", MaxScopes),
            body.Moment("expires_at")
        );
        if (fields.ExpiresAt <= time.GetUtcNow())
            body.Refuse("expires_at", "must be in the future");
        if (body.Refusal(http) is { } refusal)
            return (null, refusal);
        if (fields.Scopes?.Except(Authentication.Scopes.All).ToList() is { Count: > 0 } unknown)
            return (
                null,
                Refusals.Because(http, StatusCodes.Status400BadRequest, $"Unknown scope: {string.Join(", ", unknown)}", "scopes")
            );
        return (fields, null);
    }
}
