namespace ScaiSend.Contracts.Simulation;

/// <summary>What a simulated email plays once it is rendered.</summary>
/// <param name="GroupId">The unsubscribe group of the mail; null when it has none.</param>
/// <param name="Url">The link that is followed; null when the mail has none, or none is.</param>
public sealed record SimulatedLife(Scenario Scenario, int? GroupId, string? Url);
