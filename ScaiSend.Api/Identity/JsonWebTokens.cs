using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Identity;

/// <summary>Finds the caller of a JSON Web Token (RFC 7519): of the built-in issuer, or of ScaiKey where one is set.</summary>
public sealed class JsonWebTokens(
    BuiltInTokens builtIn,
    ScaiKeyKeys scaiKey,
    KnownTenants tenants,
    EffectivePermissions permissions,
    TimeProvider time
)
{
    /// <summary>A longer credential is not looked at.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>The trouble with a token that is right, of a user who was deactivated.</summary>
    public const string Deactivated = "User is deactivated";

    /// <summary>The longest name of whom a token speaks for.</summary>
    public const int MaxSubject = 64;

    /// <summary>How far the clocks of issuer and service may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private static readonly EffectiveRoles NoRoles = new([], new HashSet<string>());
    private static readonly IReadOnlySet<string> AllScopes = Scopes.All.ToHashSet();

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength, MapInboundClaims = false };

    /// <summary>Whether a credential is meant as a token: three parts with dots between them (RFC 7515 §7.1).</summary>
    public static bool Is(string credential) => credential.AsSpan().Count('.') == 2;

    /// <summary>The caller, or why there is none.</summary>
    public async Task<(Caller? Caller, string? Trouble)> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaxLength)
            return (null, $"JWT is longer than {MaxLength} characters");
        if (Read(text) is not { } unproved)
            return (null, "JWT is malformed");
        var terms = unproved.Issuer == BuiltInTokens.Name ? builtIn.Terms() : await scaiKey.TermsAsync(unproved, cancellationToken);
        if (terms is null)
            return (null, "JWT issuer is not trusted");
        if (!IsAccessToken(unproved))
            return (null, "JWT is no access token");
        terms.LifetimeValidator = IsNow;
        var result = await Handler.ValidateTokenAsync(text, terms);
        if (!result.IsValid)
            return (null, Words(result.Exception));
        return await CallerAsync((JsonWebToken)result.SecurityToken, cancellationToken);
    }

    private async Task<(Caller? Caller, string? Trouble)> CallerAsync(JsonWebToken token, CancellationToken cancellationToken)
    {
        // Whoever acts has a name in the audit log.
        if (token.Subject is not { Length: > 0 and <= MaxSubject } subject)
            return (null, $"JWT names nobody; sub has 1 to {MaxSubject} characters");
        if (await tenants.HasDeactivatedAsync(subject, cancellationToken))
            return (null, Deactivated);
        var rank = RankOf(token);
        var partner = await PartnerAsync(token, cancellationToken);
        if (rank == Rank.PartnerAdmin && partner is null)
            return (null, "JWT names no known partner");
        if (Text(token, BuiltInTokens.TenantClaim) is not { } name)
            return rank is Rank.PartnerAdmin or Rank.SuperAdmin
                ? (New(token, null, NoRoles, rank, partner), null)
                : (null, "JWT names no tenant");
        if (
            !token.Issuer.EndsWith($"/tenants/{name}", StringComparison.Ordinal)
            && token.Issuer.Contains("/tenants/", StringComparison.Ordinal)
        )
            return (null, "JWT names another tenant than its issuer");
        if (await tenants.FindAsync(name, cancellationToken) is not { } tenant)
            return (null, "JWT names an unknown tenant");
        // Only our own issuer may say which roles a token gives; ScaiKey says who it is, and what he may is kept here.
        var roles =
            token.Issuer == BuiltInTokens.Name && token.TryGetPayloadValue<string[]>(BuiltInTokens.RolesClaim, out var given) ? given : [];
        var effective = await permissions.FindRolesAsync(tenant.Id, subject, roles ?? [], cancellationToken);
        return (New(token, tenant, rank == Rank.TenantAdmin ? effective with { Permissions = AllScopes } : effective, rank, partner), null);
    }

    private static Caller New(JsonWebToken token, KnownTenant? tenant, EffectiveRoles roles, Rank rank, Guid? partner) =>
        new(tenant?.Id ?? Guid.Empty, IdOf(token), IsTest: false, roles.Permissions, tenant?.IsSuspended ?? false, token.ValidTo)
        {
            Subject = token.Subject ?? "",
            RoleNames = roles.Names,
            Rank = rank,
            PartnerId = partner,
            Limits = tenant?.Limits,
        };

    private async Task<Guid?> PartnerAsync(JsonWebToken token, CancellationToken cancellationToken) =>
        Text(token, BuiltInTokens.PartnerClaim) is { } name ? await tenants.FindPartnerAsync(name, cancellationToken) : null;

    // RFC 8725 §3.11 and §3.12: a token for another purpose is none for us; RFC 7515 §4.1.11: nor is one with extensions that must be understood.
    private static bool IsAccessToken(JsonWebToken token) =>
        AccessTypes.Contains(token.Typ ?? "", StringComparer.OrdinalIgnoreCase)
        && !token.TryGetHeaderValue<object>("crit", out _)
        && !token.TryGetHeaderValue<object>("b64", out _)
        && !token.TryGetPayloadValue<object>("nonce", out _)
        && !token.TryGetPayloadValue<object>("at_hash", out _);

    private static readonly string[] AccessTypes = ["", "JWT", "at+jwt", "application/at+jwt"];

    private static Rank RankOf(JsonWebToken token) =>
        Text(token, BuiltInTokens.RankClaim) switch
        {
            "tenant_admin" => Rank.TenantAdmin,
            "partner_admin" => Rank.PartnerAdmin,
            "super_admin" => Rank.SuperAdmin,
            _ => Rank.None,
        };

    private static string? Text(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var text) && text is { Length: > 0 } ? text : null;

    private bool IsNow(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters terms)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is not { } end)
            throw new SecurityTokenNoExpirationException("There is no exp");
        if (now >= end + Skew)
            throw new SecurityTokenExpiredException("It has expired");
        if (notBefore is { } start && now + Skew < start)
            throw new SecurityTokenNotYetValidException("It is not valid yet");
        return true;
    }

    private static JsonWebToken? Read(string text)
    {
        try
        {
            return Handler.ReadJsonWebToken(text);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static string Words(Exception trouble) =>
        trouble switch
        {
            SecurityTokenExpiredException => "JWT expired",
            SecurityTokenNotYetValidException => "JWT is not valid yet",
            SecurityTokenNoExpirationException => "JWT has no expiry",
            SecurityTokenInvalidAudienceException => "JWT is for another audience",
            SecurityTokenInvalidIssuerException => "JWT issuer is not trusted",
            _ => "JWT signature invalid",
        };

    // What rate limits are counted by: one for each user, whatever token he has at the moment.
    private static Guid IdOf(JsonWebToken token) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{token.Issuer}\n{token.Subject}")).AsSpan(0, 16));
}
