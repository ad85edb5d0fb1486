using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Platform.Telemetry;

/// <summary>Gives metrics their labels, of which there are few: a provider has a name only when the policy lists it, a tenant only when the operator asked for it.</summary>
public sealed class Labels(CurrentPolicy policy, IOptions<MetricsOptions> options)
{
    /// <summary>All providers that the policy does not list.</summary>
    public const string Other = "other";

    /// <summary>No provider: no host was asked.</summary>
    public const string None = "none";

    private readonly FrozenDictionary<Guid, string> _tenants = MetricsOptions
        .Named(options.Value.Tenants)
        .Where(name => Ids.TryRead(Ids.Tenant, name, out _))
        .ToFrozenDictionary(name => Ids.TryRead(Ids.Tenant, name, out var id) ? id : default);

    /// <summary>What a provider is called.</summary>
    public string Provider(string? name) =>
        name is null ? None
        : policy.Value.FindProvider(name) is { } listed ? listed.Name
        : Other;

    /// <summary>Adds the tenant, where any is to be named.</summary>
    public void AddTenant(ref TagList tags, Guid tenantId)
    {
        if (_tenants.Count > 0)
            tags.Add("tenant", _tenants.GetValueOrDefault(tenantId, Other));
    }
}

/// <summary>What the instruments have in common.</summary>
public static class Meters
{
    /// <summary>The name of our meter.</summary>
    public const string Name = "ScaiSend";

    /// <summary>Seconds, of work that takes milliseconds.</summary>
    public static InstrumentAdvice<double> Short { get; } =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15] };

    /// <summary>Seconds, of a conversation with somebody else's server.</summary>
    public static InstrumentAdvice<double> Conversation { get; } =
        new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] };

    /// <summary>Seconds, of the life of an email: up to the three days until it is given up.</summary>
    public static InstrumentAdvice<double> Life { get; } =
        new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200] };

    /// <summary>How many things share a commit.</summary>
    public static InstrumentAdvice<int> Group { get; } =
        new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };
}
