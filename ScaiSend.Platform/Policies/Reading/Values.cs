using System.Globalization;
using System.Text.RegularExpressions;

namespace ScaiSend.Platform.Policies.Reading;

/// <summary>Reads single values; a wrong one is a fault and null.</summary>
internal sealed partial class Values(Faults faults)
{
    public string? Text(YamlNode node, string path, int longest)
    {
        if (node is YamlScalar { IsNull: false, Value.Length: > 0 } scalar && scalar.Value.Length <= longest)
            return scalar.Value;
        faults.Wrong(node, path, $"allowed is a text of 1 to {longest} characters");
        return null;
    }

    public int? Number(YamlNode node, string path, int least, int most)
    {
        if (node is YamlScalar scalar && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            if (number >= least && number <= most)
                return number;
        faults.Wrong(node, path, $"allowed is a whole number from {least} to {most}");
        return null;
    }

    public bool? Boolean(YamlNode node, string path)
    {
        if (node is YamlScalar { Value: "true" or "false" } scalar)
            return scalar.Value == "true";
        faults.Wrong(node, path, "allowed are true and false");
        return null;
    }

    public TimeSpan? Duration(YamlNode node, string path, TimeSpan least, TimeSpan most)
    {
        if (node is YamlScalar scalar && Durations.TryRead(scalar.Value, out var duration) && duration >= least && duration <= most)
            return duration;
        faults.Wrong(
            node,
            path,
            $"allowed is a duration from {Durations.Show(least)} to {Durations.Show(most)}, such as 90s, 5m, 4h or 1d12h"
        );
        return null;
    }

    /// <summary>One of the words; null and a fault for any other.</summary>
    public T? Word<T>(YamlNode node, string path, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (node is YamlScalar scalar && words.TryGetValue(scalar.Value, out var value))
            return value;
        faults.Wrong(node, path, $"allowed are {string.Join(", ", words.Keys)}");
        return null;
    }

    /// <summary>A list's items, or the one value that stands for a list of one.</summary>
    public IReadOnlyList<YamlNode> Items(YamlNode node, string path, int most, string allowed)
    {
        IReadOnlyList<YamlNode> items = node switch
        {
            YamlList list => list.Items,
            YamlScalar { IsNull: false } => [node],
            _ => [],
        };
        if (items.Count > 0 && items.Count <= most)
            return items;
        if (items.Count > most)
            faults.Add(node, $"{path} has {items.Count} entries; allowed are {most}");
        else if (node is YamlList)
            faults.Add(node, $"{path} is an empty list; {allowed}");
        else
            faults.Wrong(node, path, allowed);
        return [];
    }

    /// <summary>A host name in lower-case A-labels; with <c>*.</c> in front where that is allowed.</summary>
    public string? Host(YamlScalar node, string path, bool mayBePattern)
    {
        var isPattern = mayBePattern && node.Value.StartsWith("*.", StringComparison.Ordinal);
        var name = ToALabels(isPattern ? node.Value[2..] : node.Value);
        if (name is not null && HostName().IsMatch(name) && (!isPattern || name.Contains('.', StringComparison.Ordinal)))
            return isPattern ? $"*.{name}" : name;
        faults.Wrong(
            node,
            path,
            mayBePattern ? "allowed is a host name such as mx.example.com or *.example.com" : "allowed is a host name"
        );
        return null;
    }

    private static string? ToALabels(string name)
    {
        try
        {
            return new IdnMapping().GetAscii(name.TrimEnd('.')).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A(?=.{1,253}\z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*\z")]
    private static partial Regex HostName();
}
