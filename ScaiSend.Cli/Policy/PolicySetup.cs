using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Cli.Policy;

/// <summary>The few services that questions about a policy need: settings, routes, the schedule and the database. No role runs.</summary>
internal sealed class PolicySetup : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private PolicySetup(ServiceProvider services, DeliveryPolicy inForce) => (_services, InForce) = (services, inForce);

    /// <summary>The policy that the settings name; the starting set when there is none.</summary>
    public DeliveryPolicy InForce { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <exception cref="SettingsException">A setting is wrong, or the policy of the settings is.</exception>
    public static PolicySetup Build(IEnumerable<string> sets)
    {
        var configuration = Settings.ForCommand(sets);
        var settings = configuration.GetSection(Settings.Root);
        var policy = PolicyFiles.Read(new PolicyFile(settings["Delivery:PolicyFile"]));
        var current = new CurrentPolicy();
        current.Replace(policy);
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(current)
            .AddSingleton<RetrySchedule>()
            .AddSingleton<MailDatabase>()
            .Configure<RetryOptions>(settings.GetSection("Delivery:Retry"))
            .Configure<DatabaseOptions>(settings.GetSection("Database"))
            .AddDeliveryEngine();
        return new PolicySetup(services.BuildServiceProvider(), policy);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Reads policy files for the command line.</summary>
internal static class PolicyFiles
{
    /// <exception cref="SettingsException">The file is wrong; the text names every error.</exception>
    public static DeliveryPolicy Read(PolicyFile file)
    {
        try
        {
            return file.Read(file.ReadText(), default).Policy;
        }
        catch (PolicyException e)
        {
            throw new SettingsException(e.Message);
        }
    }
}
