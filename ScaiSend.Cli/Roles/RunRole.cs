using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ScaiSend.Cli.Queue;
using ScaiSend.Delivery.Inbound;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Cli.Roles;

/// <summary>Runs a process of the servers stack until it is told to stop.</summary>
public static class RunRole
{
    private static readonly Dictionary<string, string?> Defaults = new() { ["Stack"] = "servers" };

    /// <summary>Answers the exit code.</summary>
    public static async Task<int> RunAsync(Role roles, IEnumerable<string> sets, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = RoleHost.Build(roles, Defaults, sets);
            await app.StartAsync(cancellationToken);
            await Console.Out.WriteLineAsync($"scaisend {Name(roles)} ready");
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (OptionsValidationException e)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
            return Commands.WrongSettings;
        }
        catch (Exception e) when (e is SettingsException or InboundException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Commands.WrongSettings;
        }
        catch (IOException e) when (RoleHost.IsAddressInUse(e))
        {
            await Console.Error.WriteLineAsync("Something else listens on the address of Http:Listen; set another one");
            return Commands.WrongSettings;
        }
    }

    /// <summary>Creates or updates the schema; answers the exit code.</summary>
    public static async Task<int> MigrateAsync(bool withSeed, bool asJson, IEnumerable<string> sets, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = RoleHost.Build(Role.None, Defaults, sets);
            var database = app.Services.GetRequiredService<MailDatabase>();
            await database.MigrateAsync(cancellationToken);
            var seeded = withSeed ? await SeedAsync(database, app.Services, cancellationToken) : null;
            await Console.Out.WriteLineAsync(asJson ? OperatorCommand.ToJson(Body(seeded)) : Text(seeded, withSeed));
            return 0;
        }
        catch (OptionsValidationException e)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
            return Commands.WrongSettings;
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Commands.WrongSettings;
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { } fault)
        {
            await Console.Error.WriteLineAsync(fault);
            return OperatorCommand.Trouble;
        }
    }

    /// <summary>The keys of a new tenant; null when it is there already.</summary>
    private static async Task<(string Live, string Test)?> SeedAsync(
        MailDatabase database,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        var seed = new Seed(database, services.GetRequiredService<SecretBox>(), services.GetRequiredService<TimeProvider>());
        if (await seed.IsPlantedAsync(cancellationToken))
            return null;
        var (live, test) = (Seed.NewKey("live"), Seed.NewKey("test"));
        await seed.PlantAsync(live, test, withEd25519: false, cancellationToken);
        return (live, test);
    }

    private static string Text((string Live, string Test)? seeded, bool withSeed) =>
        "The schema is up to date"
        + (
            seeded is { } keys ? $"\nlive key: {keys.Live}\ntest key: {keys.Test}\nsender domain: {Seed.Domain}"
            : withSeed ? "\nThe tenant 'default' is there already, with the keys that were printed then"
            : ""
        );

    private static object Body((string Live, string Test)? seeded) =>
        new
        {
            schema = "up to date",
            seeded = seeded is not null,
            live_key = seeded?.Live,
            test_key = seeded?.Test,
            sender_domain = seeded is null ? null : Seed.Domain,
        };

    private static string Name(Role roles) => roles.ToString().ToLowerInvariant().Replace(", ", ",", StringComparison.Ordinal);
}
