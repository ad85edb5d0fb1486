using ScaiSend.Contracts;
using YamlDotNet.Core;

namespace ScaiSend.Platform.Policies.Reading;

/// <summary>What came of reading a policy's text: the policy, or all that is wrong with it.</summary>
public sealed record PolicyReading(DeliveryPolicy? Policy, IReadOnlyList<PolicyFault> Faults);

/// <summary>
/// Reads a delivery policy from YAML, of which JSON is a part. All or nothing: a text with one fault is no policy.
/// The file's own entries go before those of the starting set.
/// </summary>
public sealed class PolicyText
{
    /// <summary>Longer texts are not looked at.</summary>
    public const int Longest = 1024 * 1024;

    private readonly Faults _faults = new();
    private readonly Keys _keys;
    private readonly Values _values;
    private readonly HandlingReader _handlings;
    private readonly RuleReader _rules;

    private PolicyText()
    {
        _keys = new Keys(_faults);
        _values = new Values(_faults);
        _handlings = new HandlingReader(_keys, _values, _faults);
        _rules = new RuleReader(_keys, _values, _faults);
    }

    /// <param name="startingSet">What counts below the file; an empty policy when the text is the starting set itself.</param>
    public static PolicyReading Read(string text, DeliveryPolicy startingSet)
    {
        if (text.Length > Longest)
            return new(null, [new PolicyFault(1, 1, $"the file is longer than {Longest} characters")]);
        try
        {
            return YamlText.Read(text) is { } root and not YamlScalar { IsNull: true }
                ? new PolicyText().Read(root, startingSet)
                : new(null, [new PolicyFault(1, 1, "the file is empty; write {} to let the starting set alone count")]);
        }
        catch (YamlException e)
        {
            return new(null, [new PolicyFault((int)e.Start.Line, (int)e.Start.Column, $"this is not readable as YAML: {Words(e)}")]);
        }
    }

    private PolicyReading Read(YamlNode root, DeliveryPolicy startingSet)
    {
        // Whether it counts must be known before the providers are read.
        if (root is YamlMap map && map.Entries.Any(entry => entry is { Key.Value: "starting_set", Value: YamlScalar { Value: "false" } }))
            startingSet = new DeliveryPolicy();
        var own = new DeliveryPolicy();
        _keys.Read(
            root,
            "",
            new Dictionary<string, Action<YamlNode, string>>
            {
                ["starting_set"] = (node, path) => _values.Boolean(node, path),
                ["defaults"] = (node, path) => own = own with { Defaults = _handlings.Read(node, path, HandlingPlace.Defaults) },
                ["providers"] = (node, path) => own = own with { Providers = ReadProviders(node, path, startingSet) },
                ["domains"] = (node, path) => own = own with { Domains = ReadDomains(node, path) },
                ["tenants"] = (node, path) => own = own with { Tenants = ReadTenants(node, path) },
                ["rules"] = (node, path) => own = own with { Rules = _rules.Read(node, path) },
            }
        );
        return _faults.InOrder is { Count: > 0 } faults ? new(null, faults) : new(StartingSet.Below(own, startingSet), []);
    }

    private List<ProviderPolicy> ReadProviders(YamlNode node, string path, DeliveryPolicy startingSet)
    {
        var providers = new List<ProviderPolicy>();
        foreach (var (key, value) in _keys.Entries(node, path, "allowed is a map of providers by name"))
        {
            var name = $"{path}.{Faults.Shown(key)}";
            if (key.Value.Length is 0 or > 100)
                _faults.Add(key, $"{name} is too long or empty; allowed are 1 to 100 characters");
            var handling = new HandlingDraft();
            IReadOnlyList<string> patterns = [];
            IReadOnlyList<ReplyRule> rules = [];
            var known = new Dictionary<string, Action<YamlNode, string>>
            {
                ["mx"] = (mx, at) => patterns = ReadPatterns(mx, at),
                ["rules"] = (list, at) => rules = _rules.Read(list, at),
            };
            foreach (var (word, read) in _handlings.KeysOf(HandlingPlace.Provider, handling))
                known[word] = read;
            _keys.Read(value, name, known);
            if (value is YamlMap map && map.Entries.All(entry => entry.Key.Value != "mx") && startingSet.FindProvider(key.Value) is null)
                _faults.Add(key, $"{name} has no mx, and the starting set knows no such provider; mx lists its mail hosts");
            providers.Add(new ProviderPolicy(key.Value, patterns, handling.Finish(), rules));
        }
        return providers;
    }

    private List<string> ReadPatterns(YamlNode node, string path)
    {
        const string Allowed = "allowed is a list of host names such as [mx.example.com, \"*.example.com\"]";
        var patterns = new List<string>();
        foreach (var item in _values.Items(node, path, 200, Allowed))
            if (item is not YamlScalar scalar)
                _faults.Wrong(item, path, Allowed);
            else if (_values.Host(scalar, path, mayBePattern: true) is { } pattern)
                patterns.Add(pattern);
        return patterns;
    }

    private Dictionary<string, Handling> ReadDomains(YamlNode node, string path)
    {
        var domains = new Dictionary<string, Handling>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in _keys.Entries(node, path, "allowed is a map of handlings by recipient domain"))
        {
            var handling = _handlings.Read(value, $"{path}.{Faults.Shown(key)}", HandlingPlace.Domain);
            if (_values.Host(key, $"A key of {path}", mayBePattern: true) is { } domain && !domains.TryAdd(domain, handling))
                _faults.Add(key, $"{path}.{Faults.Shown(key)} is there already, written in another way");
        }
        return domains;
    }

    private Dictionary<Guid, Handling> ReadTenants(YamlNode node, string path)
    {
        var tenants = new Dictionary<Guid, Handling>();
        foreach (var (key, value) in _keys.Entries(node, path, "allowed is a map of handlings by tenant id"))
        {
            var handling = _handlings.Read(value, $"{path}.{Faults.Shown(key)}", HandlingPlace.Tenant);
            if (Ids.TryRead(Ids.Tenant, key.Value, out var id))
                tenants[id] = handling;
            else
                _faults.Wrong(key, $"A key of {path}", $"allowed is a tenant's id: {Ids.Tenant} and 32 hexadecimal digits");
        }
        return tenants;
    }

    private static string Words(YamlException e) => e.Message.ReplaceLineEndings(" ");
}
