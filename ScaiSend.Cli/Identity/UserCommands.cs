using System.CommandLine;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Login;
using ScaiSend.Cli.Queue;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Cli.Identity;

/// <summary><c>scaisend user list | add | disable | enable | password</c>: the people of an installation that has no ScaiKey.</summary>
internal static class UserCommands
{
    private const int MaxName = 255;

    private static readonly string[] Ranks = ["super_admin", "tenant_admin"];

    public static Command Root() =>
        new("user", "Shows and adds people who log in with a password, and keeps them out")
        {
            List(),
            Add(),
            Activation("disable", "Keeps somebody out, within a second; his logins end", isActive: false),
            Activation("enable", "Lets somebody in again", isActive: true),
            Password(),
        };

    private static Command List()
    {
        var tenant = new Option<string?>("--tenant") { Description = "Only those of this tenant: its id (tnt_…) or short name" };
        return OperatorCommand.New(
            "list",
            "Lists the users",
            [tenant],
            async (parsed, context, cancellationToken) =>
            {
                Guid? id = parsed.GetValue(tenant) is { } name ? await TenantCommands.IdAsync(context, name, cancellationToken) : null;
                var users = await context.Get<LocalUsers>().ListAsync(id, cancellationToken);
                await context.PrintAsync(new { data = users.Select(Body) }, () => Text(users));
                return 0;
            }
        );
    }

    private static Command Add()
    {
        var email = new Option<string>("--email") { Description = "The address to log in with", Required = true };
        var first = new Option<string?>("--first-name") { Description = "The first name" };
        var last = new Option<string?>("--last-name") { Description = "The last name" };
        var tenant = new Option<string?>("--tenant") { Description = "The tenant to log in to: its id (tnt_…) or short name" };
        var role = new Option<string[]>("--role") { Description = "A role of that tenant, such as admin; may be repeated" };
        var rank = new Option<string?>("--rank") { Description = $"What he is beside his roles: {string.Join(" or ", Ranks)}" };
        var partner = new Option<string?>("--partner")
        {
            Description = "Makes a partner's administrator: the partner's id (prt_…) or short name",
        };
        return OperatorCommand.New(
            "add",
            "Adds somebody who logs in with a password, which is asked for",
            [email, first, last, tenant, role, rank, partner, PasswordInput.FromStdin],
            async (parsed, context, cancellationToken) =>
            {
                var asked = await ReadAsync(
                    context,
                    new Asked(
                        parsed.GetValue(email)!,
                        parsed.GetValue(first),
                        parsed.GetValue(last),
                        parsed.GetValue(tenant),
                        parsed.GetValue(role) ?? [],
                        parsed.GetValue(rank),
                        parsed.GetValue(partner)
                    ),
                    cancellationToken
                );
                var password = await PasswordInput.ReadAsync(parsed, asked.Email, cancellationToken);
                var added =
                    await context.Get<LocalUsers>().AddAsync(asked, password, cancellationToken)
                    ?? throw new WrongArgumentException($"There is a user {LocalUsers.LoginOf(asked.Email)} already");
                await NoteAsync(
                    context,
                    "user_add",
                    added,
                    new
                    {
                        user_id = Ids.Show(Ids.User, added.Id),
                        tenant_id = asked.TenantId,
                        roles = asked.Roles,
                        rank = BuiltInTokens.RankName(asked.Rank),
                        partner_id = asked.PartnerId,
                    },
                    "",
                    cancellationToken
                );
                await context.PrintAsync(Body(added), () => Text([added]));
                return 0;
            }
        );
    }

    private static Command Activation(string action, string description, bool isActive)
    {
        var email = new Argument<string>("email") { Description = "The address that he logs in with" };
        var reason = OperatorCommand.Reason();
        return OperatorCommand.New(
            action,
            description,
            [email, reason],
            async (parsed, context, cancellationToken) =>
            {
                var user = await FindAsync(context, parsed.GetValue(email)!, cancellationToken);
                var why = context.Act(parsed.GetValue(reason)!).Reason;
                var changed = await context.Get<LocalUsers>().ActivateAsync(user.Id, isActive, cancellationToken);
                if (changed)
                    await NoteAsync(context, $"user_{action}", user, new { user_id = Ids.Show(Ids.User, user.Id) }, why, cancellationToken);
                await context.PrintAsync(
                    new { user_id = Ids.Show(Ids.User, user.Id), changed },
                    () => changed ? "Done; it holds within a second\n" : "It was so already\n"
                );
                return 0;
            }
        );
    }

    private static Command Password()
    {
        var email = new Argument<string>("email") { Description = "The address that he logs in with" };
        return OperatorCommand.New(
            "password",
            "Gives somebody another password, which is asked for; his logins end",
            [email, PasswordInput.FromStdin],
            async (parsed, context, cancellationToken) =>
            {
                var user = await FindAsync(context, parsed.GetValue(email)!, cancellationToken);
                var password = await PasswordInput.ReadAsync(parsed, user.Email, cancellationToken);
                await context.Get<LocalUsers>().SetPasswordAsync(user.Id, password, cancellationToken);
                await NoteAsync(context, "user_password", user, new { user_id = Ids.Show(Ids.User, user.Id) }, "", cancellationToken);
                await context.PrintAsync(new { user_id = Ids.Show(Ids.User, user.Id), changed = true }, () => "Done\n");
                return 0;
            }
        );
    }

    private static async Task<NewUser> ReadAsync(OperatorContext context, Asked asked, CancellationToken cancellationToken)
    {
        if (!IsAddress(asked.Email))
            throw new WrongArgumentException($"--email is '{asked.Email}'; allowed is an address such as ada@example.com");
        if (asked.FirstName is { Length: > MaxName } || asked.LastName is { Length: > MaxName })
            throw new WrongArgumentException($"A name must have at most {MaxName} characters");
        if (asked.Rank is not null && !Ranks.Contains(asked.Rank))
            throw new WrongArgumentException($"--rank is '{asked.Rank}'; allowed are {string.Join(", ", Ranks)}");
        if (asked.Rank is not null && asked.Partner is not null)
            throw new WrongArgumentException("Give --rank or --partner, not both");
        if (asked.Tenant is null && (asked.Roles.Count > 0 || asked.Rank == "tenant_admin"))
            throw new WrongArgumentException("Give --tenant, too: roles and the rank tenant_admin are in a tenant");
        if (asked.Tenant is null && asked.Rank is null && asked.Partner is null)
            throw new WrongArgumentException("Give --tenant, --rank or --partner: nobody can log in to nothing");
        Guid? tenantId = asked.Tenant is { } name ? await TenantCommands.IdAsync(context, name, cancellationToken) : null;
        if (tenantId is { } id)
            await TokenCommand.CheckRolesAsync(context, id, asked.Roles, cancellationToken);
        var partnerId = await TokenCommand.PartnerAsync(context, asked.Partner, cancellationToken);
        var rank = partnerId is not null ? Rank.PartnerAdmin : TokenCommand.RankOf(asked.Rank);
        return new NewUser(asked.Email.Trim(), asked.FirstName, asked.LastName, tenantId, asked.Roles, rank, partnerId);
    }

    private static async Task<User> FindAsync(OperatorContext context, string email, CancellationToken cancellationToken) =>
        await context.Get<LocalUsers>().FindAsync(email, cancellationToken)
        ?? throw new WrongArgumentException($"There is no user {LocalUsers.LoginOf(email)}; `scaisend user list` shows all");

    private static Task NoteAsync(
        OperatorContext context,
        string action,
        User user,
        object target,
        string reason,
        CancellationToken cancellationToken
    ) => context.Get<AuditLog>().AddDoneAsync(action, target, reason, context.Who, cancellationToken, user.HomeTenantId);

    private static bool IsAddress(string text) =>
        text.Trim() is { Length: > 2 and <= 320 } address
        && address.IndexOf('@', StringComparison.Ordinal) is var at
        && at > 0
        && at < address.Length - 1
        && !address.Any(char.IsWhiteSpace);

    private static object Body(User user) =>
        new
        {
            id = Ids.Show(Ids.User, user.Id),
            scaikey_id = user.ExternalId,
            email = user.Email,
            first_name = user.FirstName,
            last_name = user.LastName,
            tenant_id = user.HomeTenantId is { } tenant ? Ids.Show(Ids.Tenant, tenant) : null,
            partner_id = user.PartnerId is { } partner ? Ids.Show(Ids.Partner, partner) : null,
            role = BuiltInTokens.RankName(user.Rank),
            active = user.IsActive,
            created_at = user.CreatedAt,
        };

    private static string Text(IReadOnlyList<User> users) =>
        TextTable.Of(
            ["EMAIL", "ID", "TENANT", "RANK", "ACTIVE"],
            users.Select(u =>
                (string[])
                    [
                        u.Email,
                        Ids.Show(Ids.User, u.Id),
                        u.HomeTenantId is { } tenant ? Ids.Show(Ids.Tenant, tenant) : "",
                        BuiltInTokens.RankName(u.Rank) ?? "",
                        u.IsActive ? "yes" : "no",
                    ]
            )
        );

    /// <summary>What was typed.</summary>
    private sealed record Asked(
        string Email,
        string? FirstName,
        string? LastName,
        string? Tenant,
        IReadOnlyList<string> Roles,
        string? Rank,
        string? Partner
    );
}
