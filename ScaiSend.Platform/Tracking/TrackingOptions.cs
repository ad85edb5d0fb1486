namespace ScaiSend.Platform.Tracking;

/// <summary>What mail is tracked for when neither tenant nor template nor request says. Section <c>Tracking</c>.</summary>
public sealed class TrackingOptions
{
    public bool OpenByDefault { get; set; } = true;
    public bool ClickByDefault { get; set; } = true;

    /// <summary>Settings that others are laid over.</summary>
    public TrackingSettings Defaults() => new() { CountsOpens = OpenByDefault, CountsClicks = ClickByDefault };
}
