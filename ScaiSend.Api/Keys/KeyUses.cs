using System.Collections.Concurrent;

namespace ScaiSend.Api.Keys;

/// <summary>Remembers when each key was used last, until <see cref="WriteKeyUses"/> writes it down. Costs a request no lock and no wait.</summary>
public sealed class KeyUses(TimeProvider time)
{
    /// <summary>Two uses within this time count as one.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    /// <summary>Most keys remembered; the uses of further ones are forgotten until the next writing.</summary>
    public const int MaxKeys = 100_000;

    private ConcurrentDictionary<Guid, DateTimeOffset> _uses = new();

    public void Note(Guid keyId)
    {
        var now = time.GetUtcNow();
        if (_uses.TryGetValue(keyId, out var last) ? now - last >= Resolution : _uses.Count < MaxKeys)
            _uses[keyId] = now;
    }

    /// <summary>All that was noted since the last call.</summary>
    public IReadOnlyDictionary<Guid, DateTimeOffset> Take() => Interlocked.Exchange(ref _uses, new());
}
