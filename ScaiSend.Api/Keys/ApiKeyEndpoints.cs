using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Keys;

/// <summary>
/// <c>/v3/api_keys</c>, scope <c>admin.api_keys</c>: list, create, get, <c>PATCH</c> (name), <c>PUT</c> (name and scopes), <c>DELETE</c> (revoke), and
/// <c>POST …/{id}/rotate</c> (ours). <c>GET /v3/scopes</c> with any key: what it may.
/// Errors: 400, 401, 403 (for reaching further than one's own key, and for the 101st), 404, 409 for a revoked key, 422, 429.
/// </summary>
public static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/scopes", ListScopes).Needs();
        routes.MapGet("/v3/api_keys", ListAsync).Needs(Scopes.AdminApiKeys);
        routes.MapPost("/v3/api_keys", CreateAsync).Needs(Scopes.AdminApiKeys).CountsAs(Limit.ApiKeys);
        routes.MapGet("/v3/api_keys/{id}", GetAsync).Needs(Scopes.AdminApiKeys);
        routes.MapPatch("/v3/api_keys/{id}", RenameAsync).Needs(Scopes.AdminApiKeys);
        routes.MapPut("/v3/api_keys/{id}", ReplaceAsync).Needs(Scopes.AdminApiKeys);
        routes.MapDelete("/v3/api_keys/{id}", RevokeAsync).Needs(Scopes.AdminApiKeys);
        routes.MapPost("/v3/api_keys/{id}/rotate", RotateAsync).OursNeeds(Scopes.AdminApiKeys);
    }

    private static IResult ListScopes(Caller caller) => Results.Json(new { scopes = Scopes.All.Where(caller.Scopes.Contains) });

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, StoredKeys keys)
    {
        var fields = new QueryFields(http.Request.Query);
        var withRevoked = fields.Flag("include_revoked") ?? false;
        var limit = fields.Number("limit", otherwise: StoredKeys.MaxListed, min: 1, max: StoredKeys.MaxListed);
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var found = await keys.ListAsync(
            caller.TenantId,
            withRevoked && ApiKeyShape.ShowsRevoked(http.Dialect()),
            limit,
            http.RequestAborted
        );
        return ApiKeyShape.List(http.Dialect(), found);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, StoredKeys keys)
    {
        var key = await keys.FindAsync(caller.TenantId, id, http.RequestAborted);
        return key is null || key.RevokedAt is not null && !ApiKeyShape.ShowsRevoked(http.Dialect())
            ? ApiKeyShape.NotFound(http, id)
            : ApiKeyShape.Show(http.Dialect(), key);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, Caller caller, StoredKeys keys, TimeProvider time)
    {
        var (fields, refusal) = await KeyFields.ReadAsync(http, time);
        if (fields is null)
            return refusal!;
        fields = fields with { IsTest = fields.IsTest ?? ApiKeyShape.IsTestByDefault(http.Dialect(), caller) };
        var scopes = fields.Scopes ?? ApiKeyShape.ScopesByDefault(http.Dialect(), caller);
        if (Reach.Refusal(http, caller, scopes, fields.IsTest.Value) is { } tooFar)
            return tooFar;
        var secret = KeySecret.New(fields.IsTest.Value);
        return await keys.AddAsync(caller.TenantId, caller.Act(), secret, fields, scopes, http.RequestAborted) is { } key
            ? ApiKeyShape.WithSecret(http.Dialect(), key, secret, StatusCodes.Status201Created)
            : Refusals.Forbidden(http, $"Cannot create more than {StoredKeys.MaxKeys} API Keys");
    }

    private static async Task<IResult> RenameAsync(HttpContext http, Caller caller, string id, StoredKeys keys, TimeProvider time)
    {
        var (fields, refusal) = await KeyFields.ReadAsync(http, time);
        if (fields is null)
            return refusal!;
        return await ChangeAsync(
            http,
            caller,
            id,
            keys,
            key => keys.ChangeAsync(key, caller.Act(), fields.Name, key.ScopeList(), http.RequestAborted),
            key =>
            {
                key.Name = fields.Name;
                return ApiKeyShape.Renamed(http.Dialect(), key);
            }
        );
    }

    private static async Task<IResult> ReplaceAsync(HttpContext http, Caller caller, string id, StoredKeys keys, TimeProvider time)
    {
        var (fields, refusal) = await KeyFields.ReadAsync(http, time);
        if (fields is null)
            return refusal!;
        // Before the look-up, so that the answer says nothing about the key.
        if (fields.Scopes is { } wanted && Reach.Refusal(http, caller, wanted, caller.IsTest) is { } tooFar)
            return tooFar;
        return await ChangeAsync(
            http,
            caller,
            id,
            keys,
            key => keys.ChangeAsync(key, caller.Act(), fields.Name, fields.Scopes ?? key.ScopeList(), http.RequestAborted),
            key =>
            {
                (key.Name, key.Scopes) = (fields.Name, fields.Scopes is { } scopes ? Scopes.Write(scopes) : key.Scopes);
                return ApiKeyShape.Show(http.Dialect(), key);
            }
        );
    }

    private static Task<IResult> RotateAsync(HttpContext http, Caller caller, string id, StoredKeys keys)
    {
        KeySecret? secret = null;
        return ChangeAsync(
            http,
            caller,
            id,
            keys,
            key => keys.RotateAsync(key, caller.Act(), secret = KeySecret.New(key.IsTest), http.RequestAborted),
            key => ApiKeyShape.WithSecret(http.Dialect(), key, secret!, StatusCodes.Status200OK)
        );
    }

    // Any administrator of keys may end any key of its environment, also a stronger one: it gains nothing, and a leak cannot wait.
    private static async Task<IResult> RevokeAsync(HttpContext http, Caller caller, string id, StoredKeys keys)
    {
        while (true)
        {
            var key = await keys.FindAsync(caller.TenantId, id, http.RequestAborted);
            if (key is null)
                return ApiKeyShape.NotFound(http, id, "for deletion");
            if (Reach.EnvironmentRefusal(http, caller, key.IsTest) is { } refusal)
                return refusal;
            if (key.RevokedAt is not null)
                return ApiKeyShape.RevokedAgain(http, id);
            if (await keys.RevokeAsync(key, caller.Act(), http.RequestAborted))
                return Results.NoContent();
        }
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        Caller caller,
        string id,
        StoredKeys keys,
        Func<ApiKey, Task<bool>> change,
        Func<ApiKey, IResult> show
    )
    {
        var key = await keys.FindAsync(caller.TenantId, id, http.RequestAborted);
        if (key is null)
            return ApiKeyShape.NotFound(http, id, "to update");
        if (Reach.Refusal(http, caller, key.ScopeList(), key.IsTest) is { } refusal)
            return refusal;
        if (key.RevokedAt is not null)
            return ApiKeyShape.Revoked(http, id);
        return await change(key)
            ? show(key)
            : Refusals.Because(http, StatusCodes.Status409Conflict, $"API key {id} was changed meanwhile; try again");
    }
}
