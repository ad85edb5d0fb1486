using System.Text.Json;

namespace ScaiSend.Processing.Erasure;

/// <summary>What an erasure found and removed, by table; the names are those that callers see.</summary>
public sealed class ErasureCounts
{
    private readonly SortedDictionary<string, int> _counts;

    public ErasureCounts(string json) => _counts = JsonSerializer.Deserialize<SortedDictionary<string, int>>(json)!;

    /// <summary>Adds to a count.</summary>
    public void Add(string name, int count)
    {
        if (count > 0)
            _counts[name] = _counts.GetValueOrDefault(name) + count;
    }

    public string Write() => JsonSerializer.Serialize(_counts);
}
