using ScaiSend.Platform.Policies.Reading;

namespace ScaiSend.Platform.Policies;

/// <summary>The policy that we ship: the large providers and what their replies mean. It counts below an operator's file, unless that says <c>starting_set: false</c>.</summary>
public static class StartingSet
{
    /// <summary>As shipped: the text of <c>starting-set.yaml</c>.</summary>
    public static string Text { get; } = ReadText();

    public static DeliveryPolicy Policy { get; } = Read();

    /// <summary>
    /// The operator's policy with the starting set below it. A provider or rule of the same name is the operator's:
    /// of a provider what the operator does not say stays, a rule is replaced.
    /// </summary>
    public static DeliveryPolicy Below(DeliveryPolicy own, DeliveryPolicy startingSet)
    {
        var names = own
            .Rules.Concat(own.Providers.SelectMany(provider => provider.Rules))
            .Select(rule => rule.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        IEnumerable<ReplyRule> Kept(IEnumerable<ReplyRule> rules) => rules.Where(rule => !names.Contains(rule.Name));
        ProviderPolicy Over(ProviderPolicy provider, ProviderPolicy? shipped) =>
            shipped is null
                ? provider
                : new ProviderPolicy(
                    provider.Name,
                    provider.MxPatterns.Count > 0 ? provider.MxPatterns : shipped.MxPatterns,
                    provider.Handling.Over(shipped.Handling),
                    [.. provider.Rules, .. Kept(shipped.Rules)]
                );
        return own with
        {
            Defaults = own.Defaults.Over(startingSet.Defaults),
            Providers =
            [
                .. own.Providers.Select(provider => Over(provider, startingSet.FindProvider(provider.Name))),
                .. startingSet
                    .Providers.Where(shipped => own.FindProvider(shipped.Name) is null)
                    .Select(shipped => shipped with { Rules = [.. Kept(shipped.Rules)] }),
            ],
            Rules = [.. own.Rules, .. Kept(startingSet.Rules)],
        };
    }

    private static string ReadText()
    {
        using var stream = typeof(StartingSet).Assembly.GetManifestResourceStream("starting-set.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static DeliveryPolicy Read()
    {
        var reading = PolicyText.Read(Text, new DeliveryPolicy());
        return reading.Policy ?? throw new InvalidOperationException($"The starting set is wrong: {string.Join("; ", reading.Faults)}");
    }
}
