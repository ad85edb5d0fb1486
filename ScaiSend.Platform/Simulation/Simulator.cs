using System.Text.Json;
using ScaiSend.Contracts.Simulation;

namespace ScaiSend.Platform.Simulation;

/// <summary>Which recipients of a message are only simulated, and what they play. It stands in the message's settings, so that a later change of ours does not change it.</summary>
/// <param name="Domain">The reserved domain: its addresses play what they are called.</param>
/// <param name="Others">What all other recipients play; null: they are not simulated.</param>
public sealed record Simulator(string Domain, Scenario? Others)
{
    private const string Key = "simulation";

    /// <summary>Whether a test key asked: then the recipients that are not simulated are only checked and stored, and have no emails.</summary>
    public bool IsTest { get; init; }

    /// <summary>What the recipient plays; null: it is a real one.</summary>
    public Scenario? ScenarioOf(string recipient) =>
        IsAt(recipient, Domain) ? Scenarios.OfLocalPart(recipient[..^(Domain.Length + 1)]) : Others;

    /// <summary>Whether the recipient has an email, which is played or sent.</summary>
    public bool HasEmail(string recipient) => !IsTest || ScenarioOf(recipient) is not null;

    /// <summary>Whether the address is one of the domain's.</summary>
    public static bool IsAt(string address, string domain) =>
        address.Length > domain.Length + 1
        && address[^(domain.Length + 1)] == '@'
        && address.EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>The settings with this in them.</summary>
    /// <param name="settings">A JSON object with members; null when there is none.</param>
    public string AddTo(string? settings)
    {
        var own = $"\"{Key}\":{JsonSerializer.Serialize(new { domain = Domain, others = Others?.Word(), test = IsTest })}";
        return settings is null ? $"{{{own}}}" : $"{settings[..^1]},{own}}}";
    }

    /// <summary>Reads what <see cref="AddTo"/> has written; null when nobody is simulated.</summary>
    public static Simulator? Read(JsonElement settings) =>
        settings.TryGetProperty(Key, out var own)
            ? new Simulator(own.GetProperty("domain").GetString()!, Scenarios.Find(own.GetProperty("others").GetString()))
            {
                IsTest = own.TryGetProperty("test", out var test) && test.GetBoolean(),
            }
            : null;
}
