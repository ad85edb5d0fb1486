using System.Globalization;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Cli.Policy;

/// <summary>A policy in a few lines, for who has just checked it.</summary>
internal static class PolicySummary
{
    public static async Task Of(DeliveryPolicy policy, TextWriter output)
    {
        var rules = policy.Rules.Count + policy.Providers.Sum(provider => provider.Rules.Count);
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The policy is right: {policy.Providers.Count} providers, {policy.Domains.Count} domains, {policy.Tenants.Count} tenants, {rules} rules, the starting set included"
            )
        );
        if (policy.Defaults.Schedule is { } schedule)
            await output.WriteLineAsync($"  tried again after {string.Join(", ", schedule.Select(Durations.Show))}");
        if (policy.Defaults.GiveUpAfter is { } giveUp)
            await output.WriteLineAsync($"  given up after {Durations.Show(giveUp)}");
    }
}
