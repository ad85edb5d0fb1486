using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Cli.Roles;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Policies;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Cli.Policy;

/// <summary>The few services that questions about a policy need: settings, routes, the schedule and the database. No role runs.</summary>
internal sealed class PolicySetup : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private PolicySetup(ServiceProvider services, DeliveryPolicy inForce) => (_services, InForce) = (services, inForce);

    /// <summary>The revision that is in force for all nodes; else the policy that the settings name; the starting set when there is none.</summary>
    public DeliveryPolicy InForce { get; }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <exception cref="SettingsException">A setting is wrong, or the policy of the settings is.</exception>
    public static async Task<PolicySetup> BuildAsync(IEnumerable<string> sets, CancellationToken cancellationToken)
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
            .AddSingleton<PolicyRevisions>()
            .Configure<RetryOptions>(settings.GetSection("Delivery:Retry"))
            .Configure<DatabaseOptions>(settings.GetSection("Database"))
            .AddDeliveryEngine();
        var provider = services.BuildServiceProvider();
        // Without a database there are questions enough that can be answered.
        if (settings["Database:Url"] is { Length: > 0 } && await RevisionAsync(provider, cancellationToken) is { } revision)
            current.Replace(revision);
        return new PolicySetup(provider, current.Value);
    }

    private static async Task<PolicyInForce?> RevisionAsync(ServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            var revisions = services.GetRequiredService<PolicyRevisions>();
            var newest = await revisions.FindAsync(await revisions.NewestAsync(cancellationToken), cancellationToken);
            return newest?.Text is { } text ? PolicyFile.Read(newest, text, default) : null;
        }
        catch (Exception e) when (DatabaseFault.Of(e) is not null || e is InvalidOperationException)
        {
            return null;
        }
        catch (PolicyException e)
        {
            throw new SettingsException(e.Message);
        }
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
