using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Keys;
using ScaiSend.Api.RateLimits;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Console.Keys;

/// <summary>
/// <c>/console/keys</c>: the API keys of a tenant. <c>new</c> makes one and shows it once; <c>{id}</c> changes its name and scopes; <c>{id}/rotate</c>
/// and <c>{id}/revoke</c> ask first. Nobody gives, or gets at, a key that may more than he.
/// </summary>
public static class KeyPages
{
    private const string Keep = "Put it where your program reads its secrets, and not into its code.";

    public static void MapKeyPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/keys", ListAsync).PageOfTenant(Scopes.AdminApiKeys).InMenu("API keys", MenuPart.Settings, order: 1);
        routes.MapGet("/console/keys/new", (Visitor visitor) => Show(visitor, KeyForm.New)).PageOfTenant(Scopes.AdminApiKeys);
        routes.MapPost("/console/keys/new", MakeAsync).PageOfTenant(Scopes.AdminApiKeys).CountsAs(Limit.ApiKeys);
        routes.MapGet("/console/keys/{id}", ShowAsync).PageOfTenant(Scopes.AdminApiKeys);
        routes.MapPost("/console/keys/{id}", ChangeAsync).PageOfTenant(Scopes.AdminApiKeys);
        routes.MapGet("/console/keys/{id}/rotate", AskRotateAsync).PageOfTenant(Scopes.AdminApiKeys);
        routes.MapPost("/console/keys/{id}/rotate", RotateAsync).PageOfTenant(Scopes.AdminApiKeys);
        routes.MapGet("/console/keys/{id}/revoke", AskRevokeAsync).PageOfTenant(Scopes.AdminApiKeys);
        routes.MapPost("/console/keys/{id}/revoke", RevokeAsync).PageOfTenant(Scopes.AdminApiKeys);
    }

    /// <summary>Its public id.</summary>
    public static string Id(ApiKey key) => Ids.Show(Ids.ApiKey, key.Id);

    private static async Task<IResult> ListAsync(HttpContext http, Visitor visitor, StoredKeys keys)
    {
        var withRevoked = http.Request.Query["revoked"] == "1";
        return Page.Of<KeyListPage>(
            "API keys",
            new KeyListModel(await keys.ListAsync(visitor.TenantId, withRevoked, StoredKeys.MaxListed, http.RequestAborted), withRevoked)
        );
    }

    private static async Task<IResult> MakeAsync(HttpContext http, Visitor visitor, PostedForm posted, StoredKeys keys, TimeProvider time)
    {
        var (form, fields) = KeyForm.Read(posted, visitor, time);
        if (fields is null)
            return Show(visitor, form);
        var secret = KeySecret.New(form.IsTest);
        var key = await keys.AddAsync(visitor.TenantId, visitor.Act(form.Reason), secret, fields, form.Scopes, http.RequestAborted);
        return key is null
            ? Show(visitor, form with { Trouble = $"There are {StoredKeys.MaxKeys} keys already. Revoke one that nobody uses." })
            : new ShownSecret(
                "New key",
                $"“{key.Name}” is made and works at once.",
                key.IsTest ? "Test key" : "Live key",
                secret.Text,
                Keep,
                $"keys/{Id(key)}"
            ).Page();
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, string id, StoredKeys keys) =>
        await keys.FindAsync(visitor.TenantId, id, http.RequestAborted) is { } key
            ? Show(visitor, key, KeyForm.Of(key))
            : Trouble.NotFound("API key");

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        PostedForm posted,
        StoredKeys keys,
        TimeProvider time
    )
    {
        if (await keys.FindAsync(visitor.TenantId, id, http.RequestAborted) is not { } key)
            return Trouble.NotFound("API key");
        if (WhyNot(visitor, key) is { } refusal)
            return refusal;
        var (form, fields) = KeyForm.Read(posted, visitor, time);
        if (fields is null)
            return Show(visitor, key, form);
        return await keys.ChangeAsync(key, visitor.Act(form.Reason), form.Name, form.Scopes, http.RequestAborted)
            ? new SeeOther($"keys/{id}", "It is changed.")
            : Changed();
    }

    private static async Task<IResult> AskRotateAsync(HttpContext http, Visitor visitor, string id, StoredKeys keys) =>
        await keys.FindAsync(visitor.TenantId, id, http.RequestAborted) is not { } key
            ? Trouble.NotFound("API key")
            : WhyNot(visitor, key) ?? Rotation(key).Show();

    private static async Task<IResult> RotateAsync(HttpContext http, Visitor visitor, string id, PostedForm posted, StoredKeys keys)
    {
        if (await keys.FindAsync(visitor.TenantId, id, http.RequestAborted) is not { } key)
            return Trouble.NotFound("API key");
        if (WhyNot(visitor, key) is { } refusal)
            return refusal;
        var reason = posted.Text("reason");
        if (visitor.WrongReason(reason) is { } wrong)
            return (Rotation(key) with { Reason = reason }).Show(wrong);
        var secret = KeySecret.New(key.IsTest);
        return await keys.RotateAsync(key, visitor.Act(reason), secret, http.RequestAborted)
            ? new ShownSecret(
                "New secret",
                $"“{key.Name}” has a new secret. The old one opens nothing any more.",
                key.IsTest ? "Test key" : "Live key",
                secret.Text,
                Keep,
                $"keys/{id}"
            ).Page()
            : Changed();
    }

    private static async Task<IResult> AskRevokeAsync(HttpContext http, Visitor visitor, string id, StoredKeys keys) =>
        await keys.FindAsync(visitor.TenantId, id, http.RequestAborted) is not { } key ? Trouble.NotFound("API key")
        : key.RevokedAt is not null ? Revoked()
        : Revocation(key).Show();

    // Whoever administers keys may end a stronger one than he could make: a leak cannot wait.
    private static async Task<IResult> RevokeAsync(HttpContext http, Visitor visitor, string id, PostedForm posted, StoredKeys keys)
    {
        if (await keys.FindAsync(visitor.TenantId, id, http.RequestAborted) is not { } key)
            return Trouble.NotFound("API key");
        if (key.RevokedAt is not null)
            return Revoked();
        var reason = posted.Text("reason");
        if (visitor.WrongReason(reason) is { } wrong)
            return (Revocation(key) with { Reason = reason }).Show(wrong);
        return await keys.RevokeAsync(key, visitor.Act(reason), http.RequestAborted)
            ? new SeeOther("keys", $"“{key.Name}” is revoked.")
            : Changed();
    }

    private static Confirmation Rotation(ApiKey key) =>
        new(
            "New secret",
            $"keys/{Id(key)}/rotate",
            (key.Name, $"keys/{Id(key)}"),
            [
                $"“{key.Name}” gets a new secret, which is shown once.",
                "The old one opens nothing from then on: a program that still uses it is refused until it has the new one.",
            ],
            IsDanger: true
        );

    private static Confirmation Revocation(ApiKey key) =>
        new(
            "Revoke",
            $"keys/{Id(key)}/revoke",
            (key.Name, $"keys/{Id(key)}"),
            [
                $"“{key.Name}” opens nothing any more, within seconds. It cannot be taken back.",
                key.LastUsedAt is null ? "It was never used." : "Programs that use it are refused. Mail that was accepted goes on.",
            ],
            IsDanger: true
        );

    private static IResult? WhyNot(Visitor visitor, ApiKey key) =>
        key.RevokedAt is not null ? Revoked()
        : IsWithinReach(visitor, key) ? null
        : Trouble.Refused("This key may do more than you. You can revoke it, and not change it.");

    private static bool IsWithinReach(Visitor visitor, ApiKey key) => Reach.Lacking(visitor.Who.Scopes, key.ScopeList()) is null;

    private static IResult Revoked() => Trouble.TooLate("This key is revoked.");

    private static IResult Changed() => Trouble.TooLate("Somebody changed this key meanwhile. Look at it again.");

    private static Page Show(Visitor visitor, KeyForm form) =>
        Page.Of<NewKeyPage>(
            form.Trouble is null ? "New key" : "Error: New key",
            new NewKeyModel(form, visitor.Who.Scopes),
            form.Trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );

    private static Page Show(Visitor visitor, ApiKey key, KeyForm form) =>
        Page.Of<KeyPage>(
            form.Trouble is null ? key.Name : $"Error: {key.Name}",
            new KeyModel(key, form, visitor.Who.Scopes, IsWithinReach(visitor, key)),
            form.Trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}

/// <summary>What the list of keys shows.</summary>
public sealed record KeyListModel(IReadOnlyList<ApiKey> Keys, bool WithRevoked);

/// <summary>What the page shows on which a key is made.</summary>
/// <param name="Own">The scopes that the visitor has, and so can give.</param>
public sealed record NewKeyModel(KeyForm Form, IReadOnlySet<string> Own);

/// <summary>What the page of a key shows.</summary>
/// <param name="Own">The scopes that the visitor has, and so can give.</param>
/// <param name="IsWithinReach">Whether the key may no more than the visitor, so that he may change it.</param>
public sealed record KeyModel(ApiKey Key, KeyForm Form, IReadOnlySet<string> Own, bool IsWithinReach);
