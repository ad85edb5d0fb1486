using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Admin;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Authentication;

/// <summary>What an endpoint asks of its caller; read by <see cref="Door"/>, by the OpenAPI document, and by the tests of scopes.</summary>
/// <param name="AnyOfScopes">The credential must have one of them; any valid credential will do when empty.</param>
/// <param name="Dialects">Where the endpoint exists.</param>
/// <param name="IsForOperators">The caller must be an operator; no credential of a tenant will do.</param>
public sealed record AccessRule(IReadOnlyList<string> AnyOfScopes, Dialects Dialects, bool IsForOperators = false)
{
    /// <summary>For administrators: operators, and those with a token. Null: for others.</summary>
    public ForAdministrators? Administrators { get; init; }

    /// <summary>Why he may not enter; null when he may. A scope is what a tenant gives: staff needs none, and a partner's administrator none where he may at all.</summary>
    public IResult? Refusal(HttpContext http, Administrator who) =>
        AnyOfScopes.Count == 0
        || who.IsStaff
        || who.PartnerId is not null && Administrators!.AlsoPartners
        || AnyOfScopes.Any(who.Scopes.Contains)
            ? null
            : Refusals.MissingScope(http, AnyOfScopes[0]);

    /// <summary>The caller must have a token, of a tenant or of none; an API key is nobody.</summary>
    public bool IsForUsers { get; init; }

    /// <summary>Why the caller may not enter; null when it may.</summary>
    public IResult? Refusal(HttpContext http, Caller caller) =>
        IsForUsers && caller.Subject is null ? Refusals.Forbidden(http, "This is for people: it needs a token of a login, not an API key")
        // One of a partner or of the platform, who has said no tenant.
        : !IsForUsers && caller.TenantId == Guid.Empty ? Refusals.Forbidden(http, "The token names no tenant")
        : AnyOfScopes.Count == 0 || AnyOfScopes.Any(caller.Scopes.Contains) ? null
        : Refusals.MissingScope(http, AnyOfScopes[0]);
}

/// <summary>Who administers here, beside staff and those who have the scope in their tenant.</summary>
/// <param name="AlsoPartners">A partner's administrator, without a scope.</param>
/// <param name="AlsoKeys">An API key that has the scope.</param>
public sealed record ForAdministrators(bool AlsoPartners, bool AlsoKeys);

/// <summary>Gives endpoints their access rule. An endpoint without one is public.</summary>
public static class AccessRules
{
    /// <summary>The caller needs one of the scopes. The endpoint exists in both dialects.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, params string[] anyOfScopes) =>
        endpoint.WithMetadata(new AccessRule(anyOfScopes, Dialects.Both));

    /// <summary>The caller needs one of the scopes. SendGrid has no such endpoint, so it exists below <c>/v3</c> only.</summary>
    public static RouteHandlerBuilder OursNeeds(this RouteHandlerBuilder endpoint, params string[] anyOfScopes) =>
        endpoint.WithMetadata(new AccessRule(anyOfScopes, Dialects.Documented));

    /// <summary>The caller must have a token, whatever he may; the endpoint is the same in both dialects.</summary>
    public static RouteHandlerBuilder NeedsUser(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new AccessRule([], Dialects.Both) { IsForUsers = true });

    /// <summary>The caller must be an operator. SendGrid has no such endpoint.</summary>
    public static RouteHandlerBuilder OperatorsOnly(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new AccessRule([], Dialects.Documented, IsForOperators: true));

    /// <summary>The caller must administer: an operator, or one with a token, who needs the scope unless he is staff. SendGrid has no such endpoint.</summary>
    /// <param name="scope">Null: none.</param>
    public static RouteHandlerBuilder AdministratorsOnly(
        this RouteHandlerBuilder endpoint,
        string? scope = null,
        bool alsoPartners = false,
        bool alsoKeys = false
    ) =>
        endpoint.WithMetadata(
            new AccessRule(scope is null ? [] : [scope], Dialects.Documented)
            {
                Administrators = new ForAdministrators(alsoPartners, alsoKeys),
            }
        );
}
