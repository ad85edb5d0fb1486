using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Identity;
using ScaiSend.Api.Login;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Simulation;
using ScaiSend.Delivery.Inbound;
using ScaiSend.Delivery.Sending;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Telemetry;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Platform.Tracking;
using ScaiSend.Platform.Webhooks;
using ScaiSend.Processing.Cleanup;
using ScaiSend.Processing.Rendering;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.Cli.Roles;

/// <summary>
/// The settings of all roles: <c>appsettings.json</c>, then the documented environment names, then <c>ScaiSend__Section__Key</c>, then <c>--set Section:Key=value</c>; the later wins.
/// </summary>
public static class Settings
{
    /// <summary>The part of the configuration that is ours.</summary>
    public const string Root = "ScaiSend";

    /// <summary>Sections and what they bind to.</summary>
    public static IReadOnlyDictionary<string, Type> Sections { get; } =
        new Dictionary<string, Type>
        {
            ["Database"] = typeof(DatabaseOptions),
            ["Broker"] = typeof(BusOptions),
            ["Redis"] = typeof(RedisOptions),
            ["Blobs"] = typeof(BlobOptions),
            ["Secrets"] = typeof(SecretOptions),
            ["Http"] = typeof(HttpOptions),
            ["Leases"] = typeof(Leases),
            ["Fairness"] = typeof(FairnessOptions),
            ["Admin"] = typeof(AdminOptions),
            ["RateLimits"] = typeof(RateLimitOptions),
            ["Rendering"] = typeof(RenderingOptions),
            ["Delivery"] = typeof(DeliveryOptions),
            ["Delivery:Retry"] = typeof(RetryOptions),
            ["Retention"] = typeof(RetentionOptions),
            ["Inbound"] = typeof(InboundOptions),
            ["Webhooks"] = typeof(WebhookOptions),
            ["Domains"] = typeof(DomainOptions),
            ["ScaiKey"] = typeof(ScaiKeyOptions),
            ["Login"] = typeof(LoginOptions),
            ["Tracking"] = typeof(TrackingOptions),
            ["Simulator"] = typeof(SimulatorOptions),
            ["Telemetry:Metrics"] = typeof(MetricsOptions),
            ["Telemetry:Traces"] = typeof(TraceOptions),
            ["Log"] = typeof(LogOptions),
        };

    /// <summary>Names of the original's documentation and of OpenTelemetry's, and the settings that they set.</summary>
    public static IReadOnlyDictionary<string, string> Aliases { get; } =
        new Dictionary<string, string>
        {
            ["DATABASE_URL"] = "Database:Url",
            ["REDIS_URL"] = "Redis:Url",
            ["MX_CACHE_TTL"] = "Delivery:MxCacheTtl",
            ["SMTP_POOL_SIZE_PER_DOMAIN"] = "Delivery:PoolSizePerDomain",
            ["SCAIKEY_JWKS_URL"] = "ScaiKey:JwksUrl",
            ["SCAIKEY_WEBHOOK_SECRET"] = "ScaiKey:WebhookSecret",
            ["SCAIKEY_URL"] = "ScaiKey:Url",
            ["SCAIKEY_CLIENT_ID"] = "ScaiKey:ClientId",
            ["SCAIKEY_CLIENT_SECRET"] = "ScaiKey:ClientSecret",
            ["LOG_LEVEL"] = "Log:Level",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "Telemetry:Traces:Endpoint",
        };

    /// <summary>Every setting there is, as <c>Section:Key</c>; <c>*</c> stands for any name.</summary>
    public static IReadOnlySet<string> Known { get; } =
        Sections.SelectMany(s => Names(s.Key, s.Value)).Append("Stack").ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether there is such a setting.</summary>
    public static bool IsKnown(string name) =>
        Known.Contains(name)
        || Known.Any(known => known.Contains('*', StringComparison.Ordinal) && Matches(known.Split(':'), name.Split(':')));

    /// <summary>Adds all sources of settings.</summary>
    /// <exception cref="SettingsException">A <c>--set</c> is malformed or names no setting.</exception>
    public static void AddSettings(
        this IConfigurationBuilder configuration,
        IReadOnlyDictionary<string, string?> defaults,
        IEnumerable<string> sets
    )
    {
        configuration.Sources.Clear();
        configuration.AddInMemoryCollection(defaults.Select(d => KeyValuePair.Create($"{Root}:{d.Key}", d.Value)));
        configuration.AddJsonFile(FilesToLookAt(Environment.CurrentDirectory), "appsettings.json", optional: true, reloadOnChange: true);
        configuration.AddInMemoryCollection(FromAliases());
        configuration.AddEnvironmentVariables();
        // The last one wins: `up` puts its own before those of its caller.
        configuration.AddInMemoryCollection(
            sets.Select(ReadSet).GroupBy(set => set.Key, StringComparer.OrdinalIgnoreCase).Select(same => same.Last())
        );
    }

    // Looked at every four seconds. A watcher would be told of each file that changes anywhere below: of every mail where the data lies there.
    private static PhysicalFileProvider FilesToLookAt(string folder) =>
        new(folder) { UsePollingFileWatcher = true, UseActivePolling = true };

    /// <summary>All that is wrong with the settings: each error names the setting, its value and what is allowed.</summary>
    public static IReadOnlyList<string> Errors(IConfiguration configuration)
    {
        var errors = new List<string>();
        var root = configuration.GetSection(Root);
        if (root["Stack"] is { } stack && stack is not ("embedded" or "servers"))
            errors.Add($"Stack is '{stack}'; allowed are embedded and servers");
        foreach (var (key, value) in root.AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !IsKnown(key))
                errors.Add($"{key} is not a setting; see docs/configuration.md");
        }
        foreach (var (section, type) in Sections)
            errors.AddRange(Errors(root, section, type));
        if (errors.Count == 0)
            errors.AddRange(ErrorsTogether(root));
        return errors;
    }

    /// <summary>The settings of the servers stack, for a command that runs no role; what only roles need, the secret, may be missing.</summary>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    public static ConfigurationManager ForCommand(IEnumerable<string> sets)
    {
        var configuration = new ConfigurationManager();
        configuration.AddSettings(new Dictionary<string, string?> { ["Stack"] = "servers" }, sets);
        var errors = Errors(configuration).Where(error => !error.StartsWith("Secrets:", StringComparison.Ordinal)).ToList();
        return errors.Count == 0 ? configuration : throw new SettingsException(string.Join(Environment.NewLine, errors));
    }

    private static IEnumerable<string> Errors(IConfigurationSection root, string section, Type type)
    {
        object options = Activator.CreateInstance(type)!;
        var unreadable = Unreadable(root.GetSection(section), section, type).ToList();
        if (unreadable.Count > 0)
            return unreadable;
        root.GetSection(section).Bind(options);
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        var errors = results
            .Select(r =>
                $"{section}:{r.MemberNames.First()} is '{type.GetProperty(r.MemberNames.First())!.GetValue(options)}'; {r.ErrorMessage}"
            )
            .ToList();
        if (type.GetMethod("Errors", []) is { } check)
            errors.AddRange((IEnumerable<string>)check.Invoke(options, [])!);
        return errors;
    }

    private static IEnumerable<string> ErrorsTogether(IConfigurationSection root)
    {
        var delivery = root.GetSection("Delivery").Get<DeliveryOptions>() ?? new DeliveryOptions();
        if (new DeliveryOptionsCheck().Validate(null, delivery) is { Failed: true } check)
            foreach (var failure in check.Failures)
                yield return failure;
        var leases = root.GetSection("Leases").Get<Leases>() ?? new Leases();
        // Otherwise an email would be given to a second sender while the first still speaks to the server.
        if (leases.Deliver <= delivery.AttemptLimit)
            yield return $"Leases:Deliver is {leases.Deliver}; allowed is more than Delivery:AttemptLimit, which is {delivery.AttemptLimit}";
        if (leases.Handover <= delivery.SlotWait)
            yield return $"Leases:Handover is {leases.Handover}; allowed is more than Delivery:SlotWait, which is {delivery.SlotWait}";
    }

    // The binder stops at the first value that it cannot read and does not say what it wants.
    private static IEnumerable<string> Unreadable(IConfigurationSection section, string name, Type type)
    {
        foreach (var property in type.GetProperties().Where(p => p.CanWrite))
        {
            if (ValueOfDictionary(property.PropertyType) is { } named)
                foreach (var child in section.GetSection(property.Name).GetChildren())
                foreach (var error in Unreadable(child, $"{name}:{property.Name}:{child.Key}", named))
                    yield return error;
            if (section[property.Name] is not { } value)
                continue;
            var wanted = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (wanted == typeof(int) && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                yield return $"{name}:{property.Name} is '{value}'; allowed is a whole number";
            if (wanted == typeof(double) && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                yield return $"{name}:{property.Name} is '{value}'; allowed is a number such as 0.25";
            if (wanted == typeof(TimeSpan) && !TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _))
                yield return $"{name}:{property.Name} is '{value}'; allowed is a duration such as 00:05:00";
            if (wanted == typeof(bool) && !bool.TryParse(value, out _))
                yield return $"{name}:{property.Name} is '{value}'; allowed are true and false";
        }
    }

    private static IEnumerable<string> Names(string section, Type type) =>
        type.GetProperties()
            .Where(p => p.CanWrite)
            .SelectMany(p =>
                ValueOfDictionary(p.PropertyType) is { } named
                    ? named == typeof(string)
                        ? [$"{section}:{p.Name}:*"]
                        : Names($"{section}:{p.Name}:*", named)
                    : p.PropertyType.IsClass && p.PropertyType != typeof(string)
                        ? Names($"{section}:{p.Name}", p.PropertyType)
                        : [$"{section}:{p.Name}"]
            );

    private static Type? ValueOfDictionary(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static bool Matches(string[] known, string[] name) =>
        known.Length == name.Length
        && known.Zip(name).All(pair => pair.First == "*" || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<KeyValuePair<string, string?>> FromAliases() =>
        Aliases
            .Select(alias => (Setting: alias.Value, Value: Environment.GetEnvironmentVariable(alias.Key)))
            .Where(alias => !string.IsNullOrEmpty(alias.Value))
            .Select(alias => KeyValuePair.Create($"{Root}:{alias.Setting}", (string?)Duration(alias.Setting, alias.Value!)));

    // The original counts MX_CACHE_TTL in seconds.
    private static string Duration(string setting, string value) =>
        setting == "Delivery:MxCacheTtl" && int.TryParse(value, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds).ToString()
            : value;

    private static KeyValuePair<string, string?> ReadSet(string set)
    {
        if (set.Split('=', 2) is not [{ Length: > 0 } key, var value])
            throw new SettingsException($"--set '{set}' is malformed; allowed is Section:Key=value");
        if (!IsKnown(key))
            throw new SettingsException($"--set names '{key}', which is not a setting; see docs/configuration.md");
        return KeyValuePair.Create($"{Root}:{key}", (string?)value);
    }
}

/// <summary>The settings are wrong; the text says which, how, and what is allowed.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>Shared caches. Section <c>Redis</c>.</summary>
public sealed class RedisOptions
{
    /// <summary><c>host:port</c> or <c>redis://host:port</c>; without it each process has caches of its own.</summary>
    public string Url { get; set; } = "";
}

/// <summary>The HTTP server. Section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    /// <summary><c>address:port</c>.</summary>
    public string Listen { get; set; } = "127.0.0.1:8000";

    /// <summary>The beginning of the URLs in mails, of pictures for one; what we listen on when empty.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Whose <c>X-Forwarded-For</c> says who opened and clicked: addresses and networks, separated by commas.</summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>The beginning of the URLs in mails.</summary>
    public string ReachedAt => PublicUrl.Length > 0 ? PublicUrl : $"http://{Listen}";

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (!System.Net.IPEndPoint.TryParse(Listen, out var address) || address.Port == 0)
            yield return $"Http:Listen is '{Listen}'; allowed is address:port, such as 127.0.0.1:8080 or [::]:8080";
        if (
            PublicUrl.Length > 0
            && !(
                Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url)
                && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
            )
        )
            yield return $"Http:PublicUrl is '{PublicUrl}'; allowed is an http or https URL without query, such as https://mail.example.com";
        foreach (var wrong in Api.Tracking.TrustedProxies.Errors(TrustedProxies))
            yield return $"Http:TrustedProxies names '{wrong}'; allowed are IP addresses and networks such as 10.0.0.0/8, separated by commas";
    }
}

/// <summary>Logs go to standard error. Section <c>Log</c>.</summary>
public sealed class LogOptions
{
    /// <summary>The least level that is written.</summary>
    [RegularExpression(
        "(?i)^(verbose|debug|info|information|warn|warning|error|fatal)$",
        ErrorMessage = "allowed are verbose, debug, information, warning, error and fatal"
    )]
    public string Level { get; set; } = "information";
}
