using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Identity;

/// <summary>
/// The issuer of installations without ScaiKey. Its tokens are signed with a key that is made of the secrets' ring, so a new key needs no set-up and an old
/// one ends with the ring. Nobody else can sign them, and they are good here alone: an HMAC is all that it takes.
/// </summary>
public sealed class BuiltInTokens(IOptions<SecretOptions> secrets, TimeProvider time)
{
    /// <summary>The claim <c>iss</c>, and <c>aud</c>.</summary>
    public const string Name = "scaisend";

    /// <summary>The claim with the names of roles that the token itself gives, beside those of its user.</summary>
    public const string RolesClaim = "roles";

    /// <summary>The claim with the tenant.</summary>
    public const string TenantClaim = "tenant_id";

    /// <summary>The claim with the partner of a <c>partner_admin</c>; ScaiKey's, too.</summary>
    public const string PartnerClaim = "partner_id";

    /// <summary>The claim with the <see cref="Rank"/>; ScaiKey's, too.</summary>
    public const string RankClaim = "role";

    /// <summary>The longest life of a token; it cannot be taken back.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly IReadOnlyList<SymmetricSecurityKey> _keys =
    [
        .. DerivedKeys.For(secrets, "scaisend token issuer 1").Select(key => new SymmetricSecurityKey(key)),
    ];

    /// <summary>A token.</summary>
    /// <param name="subject">A user's id, or who asked for the token.</param>
    /// <param name="tenantId">Null for one of a partner or of the platform who enters no tenant.</param>
    /// <param name="roles">Names of the tenant's roles.</param>
    /// <param name="partnerId">Of a <see cref="Rank.PartnerAdmin"/>.</param>
    public string Issue(
        string subject,
        Guid? tenantId,
        IEnumerable<string> roles,
        TimeSpan lifetime,
        Rank rank = Rank.None,
        Guid? partnerId = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, Longest);
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object> { ["sub"] = subject, [RolesClaim] = roles.ToArray() };
        if (tenantId is { } tenant)
            claims[TenantClaim] = Ids.Show(Ids.Tenant, tenant);
        if (partnerId is { } partner)
            claims[PartnerClaim] = Ids.Show(Ids.Partner, partner);
        if (RankName(rank) is { } name)
            claims[RankClaim] = name;
        return Handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Name,
                Audience = Name,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = (now + lifetime).UtcDateTime,
                Claims = claims,
                SigningCredentials = new SigningCredentials(_keys[0], SecurityAlgorithms.HmacSha256),
            }
        );
    }

    /// <summary>The word for a rank in tokens, ScaiKey's and ours; null for none.</summary>
    public static string? RankName(Rank rank) =>
        rank switch
        {
            Rank.None => null,
            Rank.TenantAdmin => "tenant_admin",
            Rank.PartnerAdmin => "partner_admin",
            Rank.SuperAdmin => "super_admin",
            _ => throw new ArgumentOutOfRangeException(nameof(rank)),
        };

    /// <summary>What a token of ours must be.</summary>
    public TokenValidationParameters Terms() =>
        new()
        {
            ValidIssuer = Name,
            ValidAudience = Name,
            // RFC 8725 §3.1: the algorithm follows from the key, never from the token.
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = _keys,
            TryAllIssuerSigningKeys = true,
        };
}
