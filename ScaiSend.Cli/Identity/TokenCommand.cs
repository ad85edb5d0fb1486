using System.CommandLine;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Queue;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Identity;

/// <summary><c>scaisend token</c>: a token of the built-in issuer, for people and scripts that need one for a while.</summary>
internal static class TokenCommand
{
    public static Command New()
    {
        var tenant = new Option<string>("--tenant") { Description = "Its id (tnt_…) or its short name", Required = true };
        var role = new Option<string[]>("--role") { Description = "A role of the tenant, such as admin; may be repeated", Required = true };
        var lasts = new Option<string>("--for")
        {
            Description = "How long it is good, such as 8h; at most 30d",
            DefaultValueFactory = _ => "8h",
        };
        return OperatorCommand.New(
            "token",
            "Prints a token for the API, for a while and with the permissions of a role; it cannot be taken back",
            [tenant, role, lasts],
            async (parsed, context, cancellationToken) =>
            {
                var text = parsed.GetValue(lasts)!;
                if (QueueNames.Age(text) is not { } lifetime || lifetime <= TimeSpan.Zero || lifetime > BuiltInTokens.Longest)
                    throw new WrongArgumentException($"--for is '{text}'; allowed is more than 0 and at most 30d, as {QueueNames.AgeForm}");
                var id = await TenantCommands.IdAsync(context, parsed.GetValue(tenant)!, cancellationToken);
                var roles = parsed.GetValue(role)!;
                var known = await context.Get<StoredRoles>().NamesAsync(id, cancellationToken);
                if (roles.Except(known).FirstOrDefault() is { } unknown)
                    throw new WrongArgumentException($"The tenant has no role {unknown}; it has {string.Join(", ", known)}");
                var token = context.Get<BuiltInTokens>().Issue($"cli:{context.Who.Name}", id, roles, lifetime);
                await context
                    .Get<AuditLog>()
                    .AddDoneAsync(
                        "token",
                        new
                        {
                            tenant_id = id,
                            roles,
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
                        tenant_id = Ids.Show(Ids.Tenant, id),
                    },
                    () => token + "\n"
                );
                return 0;
            }
        );
    }
}
