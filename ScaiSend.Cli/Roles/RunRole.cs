using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
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
    public static async Task<int> MigrateAsync(bool withSeed, IEnumerable<string> sets, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = RoleHost.Build(Role.None, Defaults, sets);
            var database = app.Services.GetRequiredService<MailDatabase>();
            await database.MigrateAsync(cancellationToken);
            await Console.Out.WriteLineAsync("The schema is up to date");
            if (withSeed)
            {
                var (live, test) = (Seed.NewKey("live"), Seed.NewKey("test"));
                var seed = new Seed(
                    database,
                    app.Services.GetRequiredService<SecretBox>(),
                    app.Services.GetRequiredService<TimeProvider>()
                );
                await Console.Out.WriteLineAsync(
                    await seed.IsPlantedAsync(cancellationToken)
                        ? "The tenant 'default' is there already, with the keys that were printed then"
                        : await PlantAsync(seed, live, test, cancellationToken)
                );
            }
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
    }

    private static async Task<string> PlantAsync(Seed seed, string live, string test, CancellationToken cancellationToken)
    {
        await seed.PlantAsync(live, test, withEd25519: false, cancellationToken);
        return $"live key: {live}\ntest key: {test}\nsender domain: {Seed.Domain}";
    }

    private static string Name(Role roles) => roles.ToString().ToLowerInvariant().Replace(", ", ",", StringComparison.Ordinal);
}
