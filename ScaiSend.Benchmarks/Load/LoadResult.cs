namespace ScaiSend.Benchmarks.Load;

/// <summary>What came back: how many of each status, and how long each answer took.</summary>
/// <param name="AnswerMilliseconds">From the first byte sent to the answer's last byte, one value for each request.</param>
public sealed record LoadResult(IReadOnlyDictionary<int, int> Statuses, IReadOnlyList<double> AnswerMilliseconds, TimeSpan Duration)
{
    /// <summary>Requests that were answered with 202.</summary>
    public int Accepted => Statuses.GetValueOrDefault(202);

    /// <summary>Requests that were answered with anything else.</summary>
    public int Refused => Statuses.Where(pair => pair.Key != 202).Sum(pair => pair.Value);
}
