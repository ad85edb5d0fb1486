using System.Globalization;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Cli.Policy;

/// <summary>A policy in a few lines, for who has just checked it.</summary>
internal static class PolicySummary
{
    /// <summary>The same for programs.</summary>
    public static object Body(DeliveryPolicy policy) =>
        new
        {
            right = true,
            providers = policy.Providers.Count,
            domains = policy.Domains.Count,
            tenants = policy.Tenants.Count,
            rules = RulesOf(policy),
            schedule = policy.Defaults.Schedule?.Select(Durations.Show),
            give_up_after = policy.Defaults.GiveUpAfter is { } after ? Durations.Show(after) : null,
        };

    public static async Task Of(DeliveryPolicy policy, TextWriter output)
    {
        await output.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The policy is right: {policy.Providers.Count} providers, {policy.Domains.Count} domains, {policy.Tenants.Count} tenants, {RulesOf(policy)} rules, the starting set included"
            )
        );
        if (policy.Defaults.Schedule is { } schedule)
            await output.WriteLineAsync($"  tried again after {string.Join(", ", schedule.Select(Durations.Show))}");
        if (policy.Defaults.GiveUpAfter is { } giveUp)
            await output.WriteLineAsync($"  given up after {Durations.Show(giveUp)}");
    }

    private static int RulesOf(DeliveryPolicy policy) => policy.Rules.Count + policy.Providers.Sum(provider => provider.Rules.Count);
}
