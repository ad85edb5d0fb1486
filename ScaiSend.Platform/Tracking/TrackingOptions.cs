namespace ScaiSend.Platform.Tracking;

/// <summary>What mail is tracked for when neither tenant nor template nor request says, and how visits to the addresses in mails are recorded. Section <c>Tracking</c>.</summary>
public sealed class TrackingOptions
{
    public bool OpenByDefault { get; set; } = true;
    public bool ClickByDefault { get; set; } = true;

    /// <summary>How long the answer to a visitor waits for the commit of what is recorded; then it goes out, and the recording goes on.</summary>
    public TimeSpan RecordWithin { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// How long a click waits before it is recorded, and its visitor for the redirect, so that the first of a scanner's burst is known as one. Much longer
    /// would be felt by people.
    /// </summary>
    public TimeSpan GatherClicks { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How many visits may wait in one process while the database is away or slow; those beyond are answered and not recorded.</summary>
    public int MaxWaiting { get; set; } = 20_000;

    /// <summary>Settings that others are laid over.</summary>
    public TrackingSettings Defaults() => new() { CountsOpens = OpenByDefault, CountsClicks = ClickByDefault };

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        if (RecordWithin < TimeSpan.Zero || RecordWithin > TimeSpan.FromSeconds(10))
            yield return $"Tracking:RecordWithin is {RecordWithin}; allowed are 00:00:00 to 00:00:10";
        if (GatherClicks < TimeSpan.Zero || GatherClicks > TimeSpan.FromSeconds(2))
            yield return $"Tracking:GatherClicks is {GatherClicks}; allowed are 00:00:00 to 00:00:02";
        if (MaxWaiting is < 1 or > 1_000_000)
            yield return $"Tracking:MaxWaiting is {MaxWaiting}; allowed are 1 to 1000000";
    }
}
