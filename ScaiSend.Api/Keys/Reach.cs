using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.Keys;

/// <summary>How far a caller may go with keys: no further than its own key goes, or it could make itself a stronger one.</summary>
public static class Reach
{
    /// <summary>Why the caller may not have, or get at, a key of these scopes; null when it may.</summary>
    public static IResult? Refusal(HttpContext http, Caller caller, IEnumerable<string> scopes, bool isTest) =>
        EnvironmentRefusal(http, caller, isTest)
        ?? (Lacking(caller.Scopes, scopes) is { } lacking ? Refusals.MissingScope(http, lacking) : null);

    /// <summary>The first of the scopes that one does not have; null when one has them all.</summary>
    public static string? Lacking(IReadOnlySet<string> own, IEnumerable<string> scopes) =>
        scopes.FirstOrDefault(scope => !own.Contains(scope));

    /// <summary>A test key, which never sends, must not get at one that does.</summary>
    public static IResult? EnvironmentRefusal(HttpContext http, Caller caller, bool isTest) =>
        caller.IsTest && !isTest ? Refusals.Forbidden(http, "A test key cannot create or change a live key") : null;

    /// <summary>The stored scopes of a key, one by one.</summary>
    public static IReadOnlyList<string> ScopeList(this ApiKey key) => Scopes.Read(key.Scopes);
}
