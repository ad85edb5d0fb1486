using System.CommandLine;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Queue;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Identity;

/// <summary><c>scaisend token</c>: a token of the built-in issuer, for people and scripts that need one for a while.</summary>
internal static class TokenCommand
{
    public static Command New()
    {
        var tenant = new Option<string?>("--tenant") { Description = "Its id (tnt_…) or its short name" };
        var role = new Option<string[]>("--role") { Description = "A role of the tenant, such as admin; may be repeated" };
        var rank = new Option<string?>("--rank") { Description = "Beside or instead of roles: super_admin, or tenant_admin with --tenant" };
        var partner = new Option<string?>("--partner")
        {
            Description = "For a partner's administrator: the partner's id (prt_…) or short name",
        };
        var lasts = new Option<string>("--for")
        {
            Description = "How long it is good, such as 8h; at most 30d",
            DefaultValueFactory = _ => "8h",
        };
        return OperatorCommand.New(
            "token",
            "Prints a token for the API, for a while and with the permissions of a role or a rank; it cannot be taken back",
            [tenant, role, rank, partner, lasts],
            async (parsed, context, cancellationToken) =>
            {
                var text = parsed.GetValue(lasts)!;
                if (QueueNames.Age(text) is not { } lifetime || lifetime <= TimeSpan.Zero || lifetime > BuiltInTokens.Longest)
                    throw new WrongArgumentException($"--for is '{text}'; allowed is more than 0 and at most 30d, as {QueueNames.AgeForm}");
                var named = parsed.GetValue(tenant);
                Guid? id = named is null ? null : await TenantCommands.IdAsync(context, named, cancellationToken);
                var roles = parsed.GetValue(role) ?? [];
                var partnerId = await PartnerAsync(context, parsed.GetValue(partner), cancellationToken);
                var given = partnerId is not null ? Rank.PartnerAdmin : RankOf(parsed.GetValue(rank));
                if (id is { } tenantId)
                    await CheckRolesAsync(context, tenantId, roles, cancellationToken);
                else if (roles.Length > 0 || given is Rank.None or Rank.TenantAdmin)
                    throw new WrongArgumentException(
                        "Give --tenant with --role or --rank tenant_admin, or --rank super_admin, or --partner"
                    );
                if (roles.Length == 0 && given == Rank.None)
                    throw new WrongArgumentException("Give --role, --rank or --partner: the token would permit nothing");
                var token = context.Get<BuiltInTokens>().Issue($"cli:{context.Who.Name}", id, roles, lifetime, given, partnerId);
                await context
                    .Get<AuditLog>()
                    .AddDoneAsync(
                        "token",
                        new
                        {
                            tenant_id = id,
                            roles,
                            rank = BuiltInTokens.RankName(given),
                            partner_id = partnerId,
                            lasts = text,
                        },
                        "",
                        context.Who,
                        cancellationToken,
                        id
                    );
                await context.PrintAsync(
                    new
                    {
                        access_token = token,
                        expires_in = (long)lifetime.TotalSeconds,
                        tenant_id = id is { } shown ? Ids.Show(Ids.Tenant, shown) : null,
                    },
                    () => token + "\n"
                );
                return 0;
            }
        );
    }

    /// <exception cref="WrongArgumentException">The tenant has no such role.</exception>
    public static async Task CheckRolesAsync(
        OperatorContext context,
        Guid tenantId,
        IEnumerable<string> roles,
        CancellationToken cancellationToken
    )
    {
        var known = await context.Get<StoredRoles>().NamesAsync(tenantId, cancellationToken);
        if (roles.Except(known).FirstOrDefault() is { } unknown)
            throw new WrongArgumentException($"The tenant has no role {unknown}; it has {string.Join(", ", known)}");
    }

    /// <summary>The partner that an operator has named; null when he has named none.</summary>
    /// <exception cref="WrongArgumentException">There is no such partner.</exception>
    public static async Task<Guid?> PartnerAsync(OperatorContext context, string? name, CancellationToken cancellationToken) =>
        name is null ? null
        : await context.Get<LocalUsers>().PartnerAsync(name, cancellationToken) is { } id ? id
        : throw new WrongArgumentException($"There is no partner {name}; allowed are its id (prt_…) and its short name");

    /// <exception cref="WrongArgumentException">There is no such rank that is given by name.</exception>
    public static Rank RankOf(string? name) =>
        name switch
        {
            null => Rank.None,
            "super_admin" => Rank.SuperAdmin,
            "tenant_admin" => Rank.TenantAdmin,
            _ => throw new WrongArgumentException($"--rank is '{name}'; allowed are super_admin, tenant_admin"),
        };
}
