using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Admin;
using ScaiSend.Cli.Roles;
using ScaiSend.Delivery.Inbound;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Cli.Up;

/// <summary>What the caller of <c>up</c> wants.</summary>
public sealed record UpOptions(
    string Http,
    string Data,
    string? Key,
    string? Smarthost,
    bool LiveMx,
    string? Dns,
    int? MxPort,
    IReadOnlyCollection<string> Sets
);

/// <summary>Everything in one process on the embedded stack: no server, no account, no configuration.</summary>
public static partial class UpProcess
{
    /// <summary>Runs until told to stop; answers the exit code.</summary>
    public static async Task<int> RunAsync(UpOptions options, CancellationToken cancellationToken)
    {
        if (options.Key is { } wrong && !LiveKey().IsMatch(wrong))
        {
            await Console.Error.WriteLineAsync("--key is no live key; allowed is sg_live_ and 32 hexadecimal digits");
            return Commands.WrongSettings;
        }
        if (options is { LiveMx: true, Smarthost: not null })
        {
            await Console.Error.WriteLineAsync("--live-mx and --smarthost exclude each other: all mail goes to the one or to the other");
            return Commands.WrongSettings;
        }
        // The sink stops last, when nothing is left that delivers to it.
        using var ending = new CancellationTokenSource();
        try
        {
            Directory.CreateDirectory(options.Data);
            await using var only = ClaimAlone(options.Data);
            await using var app = RoleHost.Build(
                Role.Serve | Role.Worker | Role.Smtp,
                new Dictionary<string, string?> { ["Log:Level"] = "warning" },
                // What `up` was told beats the environment of the shell; only --set beats that.
                [.. Settings(options, await SinkAsync(options, ending.Token)), .. options.Sets]
            );
            var (live, test) = Keys(options);
            var database = app.Services.GetRequiredService<MailDatabase>();
            await database.MigrateAsync(cancellationToken);
            await TakeOverAsync(database, app.Services.GetRequiredService<TimeProvider>(), cancellationToken);
            await new Seed(
                database,
                app.Services.GetRequiredService<SecretBox>(),
                app.Services.GetRequiredService<TimeProvider>()
            ).PlantAsync(live, test, withEd25519: true, cancellationToken);
            await app.StartAsync(cancellationToken);
            var listen = app.Configuration["Http:Listen"] ?? options.Http;
            await Console.Out.WriteLineAsync(Welcome(options with { Http = listen }, live, test));
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
            await Console.Error.WriteLineAsync($"Something else listens on {options.Http}; choose another address with --http");
            return Commands.WrongSettings;
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    // Held until this process ends, however it ends.
    private static FileStream ClaimAlone(string data)
    {
        try
        {
            return new FileStream(Path.Combine(data, "up.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new SettingsException($"Another scaisend up works on {Path.GetFullPath(data)}; choose another folder with --data");
        }
    }

    // What the process before had in hand is nobody's: waiting for the end of its leases would help no one.
    private static async Task TakeOverAsync(MailDatabase database, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = database.ForPlatform();
        await db
            .Emails.IgnoreQueryFilters()
            .Where(email => email.Lane == EmailLane.InFlight && email.DueAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(email => email.DueAt, now), cancellationToken);
        await db
            .WebhookEndpoints.IgnoreQueryFilters()
            .Where(endpoint => endpoint.LeasedUntil > now)
            .ExecuteUpdateAsync(set => set.SetProperty(endpoint => endpoint.LeasedUntil, now), cancellationToken);
    }

    private static async Task<string?> SinkAsync(UpOptions options, CancellationToken cancellationToken)
    {
        if (options.Smarthost is not null || options.LiveMx)
            return options.Smarthost;
        var port = await new CatchAll(SinkFolder(options), TimeProvider.System).StartAsync(cancellationToken);
        return $"127.0.0.1:{port}";
    }

    private static IEnumerable<string> Settings(UpOptions options, string? smarthost) =>
        new Dictionary<string, string?>
        {
            ["Stack"] = "embedded",
            ["Http:Listen"] = options.Http,
            ["Database:Url"] = $"sqlite://{Path.Combine(options.Data, "scaisend.db")}",
            ["Blobs:Folder"] = Path.Combine(options.Data, "blobs"),
            ["Admin:Keys:up"] = Convert.ToHexString(Operator(options).Hash),
            ["Secrets:Key"] = Kept(
                Path.Combine(options.Data, "secret.key"),
                () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))
            ),
            ["Delivery:Smarthost"] = smarthost ?? "",
            ["Delivery:Dns"] = options.Dns ?? "",
            ["Delivery:MxPort"] = options.MxPort?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "25",
        }.Select(setting => $"{setting.Key}={setting.Value}");

    private static OperatorKey Operator(UpOptions options) =>
        new(Kept(Path.Combine(options.Data, "operator.key"), () => OperatorKey.New().Text));

    private static (string Live, string Test) Keys(UpOptions options)
    {
        var live = Path.Combine(options.Data, "live.key");
        if (options.Key is { } key)
            WriteSecret(live, key);
        return (Kept(live, () => Seed.NewKey("live")), Kept(Path.Combine(options.Data, "test.key"), () => Seed.NewKey("test")));
    }

    private static string Kept(string path, Func<string> make)
    {
        if (!File.Exists(path))
            WriteSecret(path, make());
        return File.ReadAllText(path).Trim();
    }

    private static void WriteSecret(string path, string secret)
    {
        File.WriteAllText(path, secret + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string SinkFolder(UpOptions options) => Path.Combine(options.Data, "sink");

    private static string Welcome(UpOptions options, string live, string test)
    {
        var url = $"http://{options.Http}";
        var destination =
            options.LiveMx ? "the recipients' own mail servers"
            : options.Smarthost is { } host ? host
            : $"a sink on this machine; see {Path.GetFullPath(SinkFolder(options))}";
        return $$"""

            ScaiSend is up at {{url}}

              live key   {{live}}
              test key   {{test}}
              console    {{url}}/console, with the operator's key {{Operator(options).Text}}
              mail goes to {{destination}}

            Send a message:

              curl -s {{url}}/v3/mail/send -H 'Authorization: Bearer {{live}}' -H 'Content-Type: application/json' -d '{"personalizations":[{"to":[{"email":"ada@example.org"}]}],"from":{"email":"hello@{{Seed.Domain}}"},"subject":"Hello","content":[{"type":"text/plain","value":"It works."}]}'

            See what became of it:

              curl -s {{url}}/v3/messages -H 'Authorization: Bearer {{live}}'

            Ctrl-C stops it; the next start goes on from here.
            """;
    }

    [GeneratedRegex("^sg_live_[0-9a-f]{32}$")]
    private static partial Regex LiveKey();
}
