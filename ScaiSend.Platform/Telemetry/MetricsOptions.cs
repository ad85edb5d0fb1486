using System.Net;
using ScaiSend.Contracts;

namespace ScaiSend.Platform.Telemetry;

/// <summary>What Prometheus may read, and where. Section <c>Telemetry:Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary><c>address:port</c> that answers <c>/metrics</c> and nothing else, in any role; empty: <c>serve</c> answers it on its own port to near callers, other roles nowhere.</summary>
    public string Listen { get; set; } = "";

    /// <summary>Ids of the tenants that metrics may name, separated by commas.</summary>
    public string Tenants { get; set; } = "";

    /// <summary>How often a worker reads the queue for its gauges.</summary>
    public TimeSpan ReadEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The port that answers nothing else; null when there is none.</summary>
    public IPEndPoint? Own => Listen.Length > 0 && IPEndPoint.TryParse(Listen, out var own) ? own : null;

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (Listen.Length > 0 && Own is not { Port: > 0 })
            yield return $"Telemetry:Metrics:Listen is '{Listen}'; allowed is address:port, such as 10.0.0.5:9464, or nothing for none";
        foreach (var wrong in Named(Tenants).Where(name => !Ids.TryRead(Ids.Tenant, name, out _)))
            yield return $"Telemetry:Metrics:Tenants names '{wrong}'; allowed are ids of tenants such as tnt_0199c0de000070008000000000000001, separated by commas";
        if (ReadEvery < TimeSpan.FromSeconds(1) || ReadEvery > TimeSpan.FromMinutes(10))
            yield return $"Telemetry:Metrics:ReadEvery is {ReadEvery}; allowed is 00:00:01 to 00:10:00";
    }

    /// <summary>The ids in a list of them.</summary>
    public static IEnumerable<string> Named(string tenants) =>
        tenants.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
