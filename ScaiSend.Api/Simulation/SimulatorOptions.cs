namespace ScaiSend.Api.Simulation;

/// <summary>Section <c>Simulator</c>.</summary>
public sealed class SimulatorOptions
{
    // RFC 6761 §6: nobody can ever have a name below these, so nothing that goes there by mistake reaches anyone.
    private static readonly string[] NobodysDomains = [".test", ".invalid", ".example"];

    /// <summary>The domain whose addresses play a scenario.</summary>
    public string Domain { get; set; } = "simulator.scaisend.test";

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (Uri.CheckHostName(Domain) != UriHostNameType.Dns || !NobodysDomains.Any(IsBelow))
            yield return $"Simulator:Domain is '{Domain}'; allowed are domains below test, invalid and example, which nobody can own";
    }

    private bool IsBelow(string domain) => Domain.EndsWith(domain, StringComparison.OrdinalIgnoreCase);
}
