namespace ScaiSend.Platform.Templates;

/// <summary>
/// Keeps compiled versions, those used last, up to a weight. A version is known by its id and its revision, which comes from its row:
/// an edit on any node is another revision, so nothing ever needs to be invalidated.
/// </summary>
/// <param name="maxWeight">Characters of source.</param>
public sealed class TemplateCache(long maxWeight = TemplateCache.MaxWeight)
{
    /// <summary>32 million characters of source; compiled they take a few times as much.</summary>
    public const long MaxWeight = 32L * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Id, int Revision), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _lastUsedFirst = new();
    private long _weight;

    /// <summary>The characters of source that are kept now.</summary>
    public long Weight
    {
        get
        {
            lock (_lock)
                return _weight;
        }
    }

    /// <summary>The version, when it is kept.</summary>
    public CompiledVersion? Find(Guid id, int revision)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((id, revision), out var entry))
                return null;
            _lastUsedFirst.Remove(entry);
            _lastUsedFirst.AddFirst(entry);
            return entry.Value.Version;
        }
    }

    /// <summary>Keeps a version.</summary>
    public void Keep(Guid id, int revision, CompiledVersion version)
    {
        lock (_lock)
        {
            if (_entries.ContainsKey((id, revision)))
                return;
            _entries[(id, revision)] = _lastUsedFirst.AddFirst(new Entry((id, revision), version));
            _weight += version.Weight;
            while (_weight > maxWeight && _lastUsedFirst.Last is { } oldest)
            {
                _lastUsedFirst.RemoveLast();
                _entries.Remove(oldest.Value.Key);
                _weight -= oldest.Value.Version.Weight;
            }
        }
    }

    private sealed record Entry((Guid, int) Key, CompiledVersion Version);
}
