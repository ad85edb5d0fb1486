using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Authentication;

/// <summary>What an endpoint asks of its caller; read by <see cref="Door"/>, by the OpenAPI document, and by the tests of scopes.</summary>
/// <param name="AnyOfScopes">The credential must have one of them; any valid credential will do when empty.</param>
/// <param name="Dialects">Where the endpoint exists.</param>
/// <param name="IsForOperators">The caller must be an operator; no credential of a tenant will do.</param>
public sealed record AccessRule(IReadOnlyList<string> AnyOfScopes, Dialects Dialects, bool IsForOperators = false)
{
    /// <summary>Why the caller may not enter; null when it may.</summary>
    public IResult? Refusal(HttpContext http, Caller caller) =>
        AnyOfScopes.Count == 0 || AnyOfScopes.Any(caller.Scopes.Contains) ? null : Refusals.MissingScope(http, AnyOfScopes[0]);
}

/// <summary>Gives endpoints their access rule. An endpoint without one is public.</summary>
public static class AccessRules
{
    /// <summary>The caller needs one of the scopes. The endpoint exists in both dialects.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, params string[] anyOfScopes) =>
        endpoint.WithMetadata(new AccessRule(anyOfScopes, Dialects.Both));

    /// <summary>The caller needs one of the scopes. SendGrid has no such endpoint, so it exists below <c>/v3</c> only.</summary>
    public static RouteHandlerBuilder OursNeeds(this RouteHandlerBuilder endpoint, params string[] anyOfScopes) =>
        endpoint.WithMetadata(new AccessRule(anyOfScopes, Dialects.Documented));

    /// <summary>The caller must be an operator. SendGrid has no such endpoint.</summary>
    public static RouteHandlerBuilder OperatorsOnly(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new AccessRule([], Dialects.Documented, IsForOperators: true));
}
