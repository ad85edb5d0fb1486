using System.Collections.Concurrent;

namespace ScaiSend.Platform;

/// <summary>Keeps answers for a while, so that a question that every request asks reaches the database once in that time.</summary>
/// <param name="keepFor">How long an answer is believed; a failure is not kept.</param>
public sealed class KeptAnswers<TQuestion, TAnswer>(TimeSpan keepFor, TimeProvider time)
    where TQuestion : notnull
{
    /// <summary>Most answers kept; past it the memory is emptied, which costs only lookups.</summary>
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<TQuestion, Kept> _kept = new();

    /// <summary>The answer, kept or looked up. The lookup is shared by all who ask meanwhile, so it never ends with one asker's request.</summary>
    public Task<TAnswer> FindAsync(TQuestion question, Func<TQuestion, Task<TAnswer>> lookUp, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!_kept.TryGetValue(question, out var kept) || kept.Until <= now || kept.Answer.IsFaulted)
        {
            if (_kept.Count > MaxKept)
                _kept.Clear();
            // Kept before it is asked for, so that Forget never misses an answer that was on its way.
            _kept[question] = kept = new Kept(new Lazy<Task<TAnswer>>(() => lookUp(question)), now + keepFor);
        }
        return kept.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>Drops what is kept, also what is being looked up: whoever asks from now on gets a new answer.</summary>
    public void Forget(TQuestion question) => _kept.TryRemove(question, out _);

    /// <summary>Drops everything that is kept.</summary>
    public void ForgetAll() => _kept.Clear();

    private sealed record Kept(Lazy<Task<TAnswer>> Lookup, DateTimeOffset Until)
    {
        public Task<TAnswer> Answer => Lookup.Value;
    }
}
