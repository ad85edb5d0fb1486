namespace ScaiSend.Contracts.Simulation;

/// <summary>The words for scenarios: values of the header, and local parts of the reserved addresses.</summary>
public static class Scenarios
{
    private static readonly (string Word, Scenario Scenario)[] Known =
    [
        ("delivered", Scenario.Delivered),
        ("deferred", Scenario.Deferred),
        ("bounce", Scenario.Bounce),
        ("soft_bounce", Scenario.SoftBounce),
        ("blocked", Scenario.Blocked),
        ("complaint", Scenario.Complaint),
        ("open", Scenario.Open),
        ("click", Scenario.Click),
        ("unsubscribe", Scenario.Unsubscribe),
    ];

    /// <summary>All words, for people.</summary>
    public static string Words { get; } = string.Join(", ", Known.Select(known => known.Word));

    /// <summary>The scenario of a word, in any case; null for anything else.</summary>
    public static Scenario? Find(string? word)
    {
        foreach (var known in Known)
            if (known.Word.Equals(word, StringComparison.OrdinalIgnoreCase))
                return known.Scenario;
        return null;
    }

    /// <summary>The scenario of a reserved address. What follows a plus sign is the caller's own label.</summary>
    public static Scenario OfLocalPart(string localPart) => Find(localPart.Split('+', 2)[0]) ?? Scenario.Unknown;

    /// <summary>The word of a scenario that a caller may ask for.</summary>
    public static string Word(this Scenario scenario) => Known.First(known => known.Scenario == scenario).Word;
}
