namespace ScaiSend.Platform;

/// <summary>Domain of the reverse path, where reports about our mail come back to.</summary>
public sealed record ReturnPathDomain(string Name)
{
    /// <summary>Whether a recipient's domain is this one.</summary>
    public bool Is(string domain) => domain.Equals(Name, StringComparison.OrdinalIgnoreCase);
}
