namespace ScaiSend.Delivery.Sending;

/// <summary>What limits and connections are counted by: a provider, as seen from one of our addresses.</summary>
/// <param name="Source">Our address; null when the system chooses.</param>
public sealed record Destination(string Provider, string? Source = null);
