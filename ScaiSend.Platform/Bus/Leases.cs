namespace ScaiSend.Platform.Bus;

/// <summary>
/// How long a stage may hold an email before the waker takes it back. Section <c>Leases</c>.
/// A lease must outlast the longest honest work of its stage, waiting in the broker included: shorter ones cost work done twice, longer ones delay after a crash.
/// </summary>
public sealed class Leases
{
    /// <summary>For the renderer.</summary>
    public TimeSpan Render { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>For the SMTP stage to begin.</summary>
    public TimeSpan Handover { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>For one attempt; must be longer than every time limit of an SMTP conversation together.</summary>
    public TimeSpan Deliver { get; set; } = TimeSpan.FromMinutes(12);

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var (name, lease) in new[] { (nameof(Render), Render), (nameof(Handover), Handover), (nameof(Deliver), Deliver) })
        {
            if (lease < TimeSpan.FromSeconds(1) || lease > TimeSpan.FromHours(1))
                yield return $"Leases:{name} is {lease}; allowed is 00:00:01 to 01:00:00";
        }
    }
}
