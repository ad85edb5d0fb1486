using System.CommandLine;
using ScaiSend.Api.Identity;
using ScaiSend.Cli.Queue;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Tenants;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Cli.Identity;

/// <summary><c>scaisend tenant list | add | suspend | resume</c>: the customers of an installation that has no ScaiKey.</summary>
internal static class TenantCommands
{
    private const int MaxName = 255;

    public static Command Root() =>
        new("tenant", "Shows, adds, suspends and resumes tenants")
        {
            List(),
            Add(),
            Suspension("suspend", "Refuses all requests of a tenant with 403; mail that was accepted goes on", isSuspended: true),
            Suspension("resume", "Ends a suspension", isSuspended: false),
        };

    private static Command List() =>
        OperatorCommand.New(
            "list",
            "Lists the tenants",
            [],
            async (_, context, cancellationToken) =>
            {
                var tenants = await context.Get<TenantTable>().ListAsync(cancellationToken);
                await context.PrintAsync(new { data = tenants.Select(Body) }, () => Text(tenants));
                return 0;
            }
        );

    private static Command Add()
    {
        var slug = new Argument<string>("slug") { Description = $"Its short name: {TenantTable.SlugForm}" };
        var name = new Option<string?>("--name") { Description = "Its name for people; else the short name" };
        return OperatorCommand.New(
            "add",
            "Adds a tenant with the roles that every tenant begins with",
            [slug, name],
            async (parsed, context, cancellationToken) =>
            {
                var text = parsed.GetValue(slug)!;
                if (!TenantTable.IsSlug(text))
                    throw new WrongArgumentException($"'{text}' cannot be a short name; allowed are {TenantTable.SlugForm}");
                var shown = parsed.GetValue(name) ?? text;
                if (shown.Length is 0 or > MaxName)
                    throw new WrongArgumentException($"--name must have 1 to {MaxName} characters");
                if (!ShownName.Allows(shown))
                    throw new WrongArgumentException($"--name {ShownName.Form}");
                var added =
                    await context
                        .Get<TenantTable>()
                        .AddAsync(
                            shown,
                            text,
                            async (db, id, stop) =>
                            {
                                var time = context.Get<TimeProvider>();
                                await DefaultRoles.AddMissingAsync(db, id, time, stop);
                                AuditLog.Note(
                                    db,
                                    time,
                                    new Act(context.Who, ""),
                                    "tenant_add",
                                    id,
                                    new { tenant_id = id, slug = text },
                                    after: new { name = shown, slug = text }
                                );
                            },
                            cancellationToken
                        )
                    ?? throw new WrongArgumentException($"There is a tenant {text} already");
                await context.PrintAsync(Body(added), () => Text([added]));
                return 0;
            }
        );
    }

    private static Command Suspension(string action, string description, bool isSuspended)
    {
        var tenant = new Argument<string>("tenant") { Description = "Its id (tnt_…) or its short name" };
        var reason = OperatorCommand.Reason();
        return OperatorCommand.New(
            action,
            description,
            [tenant, reason],
            async (parsed, context, cancellationToken) =>
            {
                var id = await IdAsync(context, parsed.GetValue(tenant)!, cancellationToken);
                var act = context.Act(parsed.GetValue(reason)!);
                var changed = await context.Get<TenantTable>().SuspendAsync(id, isSuspended, cancellationToken, act);
                await context.PrintAsync(
                    new { tenant_id = Ids.Show(Ids.Tenant, id), changed },
                    () =>
                        changed ? "Done; it holds within a second\n"
                        : isSuspended ? "It was so already\n"
                        : "It is not suspended, or ScaiKey deleted it, which is for good\n"
                );
                return 0;
            }
        );
    }

    /// <summary>The tenant that an operator has named.</summary>
    /// <exception cref="WrongArgumentException">There is none.</exception>
    public static async Task<Guid> IdAsync(OperatorContext context, string text, CancellationToken cancellationToken) =>
        await context.Get<QueueNames>().TenantAsync(text, cancellationToken)
        ?? throw new WrongArgumentException($"There is no tenant {text}; allowed are its id (tnt_…) and its short name");

    private static object Body(Tenant tenant) =>
        new
        {
            id = Ids.Show(Ids.Tenant, tenant.Id),
            scaikey_id = tenant.ExternalId,
            name = tenant.Name,
            slug = tenant.Slug,
            created_at = tenant.CreatedAt,
            suspended_at = tenant.SuspendedAt,
        };

    private static string Text(IReadOnlyList<Tenant> tenants) =>
        TextTable.Of(
            ["SLUG", "NAME", "ID", "SUSPENDED"],
            tenants.Select(t => (string[])[t.Slug, t.Name, Ids.Show(Ids.Tenant, t.Id), OperatorCommand.Show(t.SuspendedAt)])
        );
}
