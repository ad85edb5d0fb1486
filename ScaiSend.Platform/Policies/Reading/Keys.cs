namespace ScaiSend.Platform.Policies.Reading;

/// <summary>Goes through the keys of a map: each known one is read, and unknown, misplaced and repeated ones are faults.</summary>
internal sealed class Keys(Faults faults)
{
    private static readonly Dictionary<string, string> Places = new()
    {
        ["connections"] = "defaults and providers",
        ["messages_per_minute"] = "defaults and providers",
        ["transport"] = "domains",
        ["tls"] = "defaults, providers and domains",
        ["retry"] = "defaults, providers, domains and tenants",
        ["mx"] = "providers",
        ["rules"] = "the top level and providers",
        ["schedule"] = "a retry section",
        ["give_up_after"] = "a retry section",
        ["providers"] = "the top level",
        ["domains"] = "the top level",
        ["tenants"] = "the top level",
        ["starting_set"] = "the top level",
        ["code"] = "a rule's when",
        ["enhanced"] = "a rule's when",
        ["text"] = "a rule's when",
        ["at"] = "a rule's when",
        ["defer"] = "a rule's then",
        ["delay"] = "a rule's then",
        ["first_attempts"] = "a rule's then",
        ["bounce"] = "a rule's then",
        ["slow_down"] = "a rule's then",
        ["suspend_for"] = "a rule's then",
    };

    /// <summary>Reads a map whose keys are ours.</summary>
    public void Read(YamlNode node, string path, IReadOnlyDictionary<string, Action<YamlNode, string>> known)
    {
        foreach (var (key, value) in Entries(node, path, $"allowed is a map of {string.Join(", ", known.Keys)}"))
        {
            var name = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            if (known.TryGetValue(key.Value, out var read))
                read(value, name);
            else if (key.Value is "tlsrpt" or "dane")
                faults.Add(key, $"{name} is not supported yet");
            else if (Places.TryGetValue(key.Value, out var places))
                faults.Add(key, $"{name} is misplaced; {key.Value} is allowed in {places}");
            else
                faults.Add(key, $"{Name(path, key)} is no key; allowed are {string.Join(", ", known.Keys)}");
        }
    }

    /// <summary>The entries of a map whose keys are the operator's; the first of those that occur twice.</summary>
    public IEnumerable<(YamlScalar Key, YamlNode Value)> Entries(YamlNode node, string path, string allowed)
    {
        if (node is not YamlMap map)
        {
            faults.Wrong(node, path.Length == 0 ? "The file" : path, allowed);
            yield break;
        }
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in map.Entries)
        {
            if (seen.TryAdd(key.Value, key.Line))
                yield return (key, value);
            else
                faults.Add(key, $"{Name(path, key)} is there already, in line {seen[key.Value]}");
        }
    }

    private static string Name(string path, YamlScalar key) => path.Length == 0 ? Faults.Shown(key) : $"{path}.{Faults.Shown(key)}";
}
