namespace ScaiSend.Delivery.Routing;

/// <summary>One of this machine's addresses that mail leaves from. Section <c>Delivery:Sources:&lt;any name&gt;</c>.</summary>
public sealed class SourceOptions
{
    /// <summary>IPv4 or IPv6.</summary>
    public string Address { get; set; } = "";

    /// <summary>RFC 5321 §4.1.1.1: the name that this address is introduced by; that of the whole process when empty.</summary>
    public string? EhloName { get; set; }

    /// <summary>The pools that it belongs to, comma-separated; <see cref="SourceChoice.DefaultPool"/> when empty.</summary>
    public string? Pools { get; set; }

    /// <summary>The names in <see cref="Pools"/>.</summary>
    internal IReadOnlyList<string> PoolNames =>
        Pools?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } names
            ? names
            : [SourceChoice.DefaultPool];
}
