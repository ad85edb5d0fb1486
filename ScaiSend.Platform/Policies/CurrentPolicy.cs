namespace ScaiSend.Platform.Policies;

/// <summary>Holds the delivery policy in force, which may be replaced at any moment: read it once for each decision.</summary>
public sealed class CurrentPolicy
{
    private volatile PolicyInForce _inForce = new(new DeliveryPolicy(), null, null, null, null);

    /// <summary>The policy in force.</summary>
    public DeliveryPolicy Value => _inForce.Policy;

    /// <summary>The policy in force, and where it comes from.</summary>
    public PolicyInForce InForce => _inForce;

    /// <summary>Puts another policy in force, as a whole.</summary>
    public void Replace(DeliveryPolicy policy) => _inForce = new(policy, null, null, null, null);

    /// <summary>Puts another policy in force, as a whole, and remembers where it comes from.</summary>
    public void Replace(PolicyInForce next) => _inForce = next;
}

/// <summary>The policy in force, and what an operator wants to know of it.</summary>
/// <param name="File">Where it was read; null when there is no file and the starting set alone counts.</param>
/// <param name="Hash">The beginning of the file's SHA-256, in hexadecimal: the same on all nodes that read the same.</param>
/// <param name="LastRefusal">Why the file, as it is now, is not in force; null when it is.</param>
public sealed record PolicyInForce(DeliveryPolicy Policy, string? File, string? Hash, DateTimeOffset? LoadedAt, PolicyRefusal? LastRefusal)
{
    /// <summary>The revision that it is, put in force for all nodes; null when it comes from a file or is the starting set.</summary>
    public int? Revision { get; init; }

    /// <summary>What was read; null for the starting set.</summary>
    public string? Text { get; init; }
}

/// <summary>A file that was found and not put in force.</summary>
/// <param name="Errors">Each with line and column; the first ones when there are many.</param>
public sealed record PolicyRefusal(DateTimeOffset At, IReadOnlyList<string> Errors);
