namespace ScaiSend.Benchmarks.Crash;

/// <summary>Settings of the product in a crash run: leases and retries that end while somebody watches.</summary>
public static class CrashSettings
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["Leases:Render"] = "00:00:05",
        ["Leases:Handover"] = "00:00:08",
        ["Leases:Deliver"] = "00:00:10",
        ["Delivery:AttemptLimit"] = "00:00:08",
        ["Delivery:SlotWait"] = "00:00:05",
        ["Delivery:Retry:Schedule"] = "00:00:02",
    };
}
