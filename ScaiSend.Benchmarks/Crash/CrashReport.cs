using ScaiSend.Benchmarks.Support;

namespace ScaiSend.Benchmarks.Crash;

/// <summary>The crash run's figures, the list of what was sent twice, and the bars.</summary>
public static class CrashReport
{
    private const int ListLimit = 20;

    public static void Print(
        string stack,
        int rounds,
        int seed,
        bool isDrained,
        ClientLog log,
        Receiver receiver,
        IReadOnlyList<Kill> kills,
        IReadOnlyList<string> exits,
        CrashVerdict verdict,
        TimeProvider time
    )
    {
        Console.WriteLine($"## Crash, {stack} stack ({Machine.Describe(time)})");
        Console.WriteLine();
        Console.WriteLine(
            $"{rounds} rounds, seed {seed}; killed: {string.Join(", ", kills.GroupBy(k => k.Victim).Select(g => $"{g.Count()} x {g.Key}"))}."
        );
        if (exits.Count > 0)
            Console.WriteLine($"Ended by itself and was started again: {string.Join(", ", exits)}.");
        if (!isDrained)
            Console.WriteLine("NOT DRAINED: emails were still under way at the end of the limit; they count as lost.");
        Console.WriteLine();
        Console.WriteLine(
            "| requests | accepted (202) | delivered | ended otherwise | lost | sent twice | of these explained | received | stored, answer cut off |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Console.WriteLine(
            $"| {log.Asked} | {verdict.Accepted} | {verdict.Delivered} | {verdict.EndedOtherwise} | **{verdict.Lost.Count}** | {verdict.Twice.Count} "
                + $"| {verdict.Twice.Count - verdict.Unexplained.Count()} | {receiver.Receipts.Count} | {verdict.StoredWithoutAnswer} |"
        );
        Console.WriteLine();
        if (log.Refused > 0)
            Console.WriteLine($"{log.Refused} requests were answered with something else than 202 while servers were away.");
        List("lost", verdict.Lost);
        List("arrived or called delivered without the other", verdict.Stray);
        List("sent twice, explained", verdict.Twice.Where(twice => twice.ExplainedBy is not null).Select(Describe));
        List("SENT TWICE WITHOUT A REASON", verdict.Unexplained.Select(twice => Describe(twice) + Nearest(twice, kills)));
    }

    /// <summary>Prints the bars and answers the exit code.</summary>
    public static int Close(string stack, CrashVerdict verdict)
    {
        var bars = new Bars();
        var suffix = stack == "servers" ? "" : "-" + stack;
        bars.AtMost("lost" + suffix, verdict.Lost.Count, 0);
        bars.AtMost("twice-unexplained" + suffix, verdict.Unexplained.Count(), 0);
        bars.AtMost("stray" + suffix, verdict.Stray.Count, 0);
        return bars.Close();
    }

    private static void List(string title, IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        if (all.Length == 0)
            return;
        Console.WriteLine($"{title} ({all.Length}):");
        foreach (var line in all.Take(ListLimit))
            Console.WriteLine("  " + line);
        if (all.Length > ListLimit)
            Console.WriteLine($"  and {all.Length - ListLimit} more");
    }

    private static string Describe(SentTwice twice) =>
        $"{twice.Recipient}: 250 at {string.Join(" and ", twice.TakenAt.Select(Clock))}, committed {(twice.EndedAt is { } at ? Clock(at) : "never")}"
        + $"{(twice.HasOneMessageId ? "" : ", under different Message-IDs")}{(twice.ExplainedBy is { } cause ? "; cut apart by the kill of " + cause : "")}";

    private static string Nearest(SentTwice twice, IReadOnlyList<Kill> kills) =>
        kills.MinBy(kill => (kill.At - twice.TakenAt[0]).Duration()) is { } nearest
            ? $"; the nearest kill was {nearest.Victim} at {Clock(nearest.At)}"
            : "";

    private static string Clock(DateTimeOffset at) => $"{at:HH:mm:ss.fff}";
}
