using System.Globalization;
using ScaiSend.Contracts;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Cli.Policy;

/// <summary>Counts the differences of a dry run by what changes into what.</summary>
internal sealed class ReplayReport
{
    private const int ExamplesEach = 3;
    private const int MostGroups = 500;
    private const int MostShown = 50;

    private readonly Dictionary<(string Provider, string From, string To), Group> _groups = [];
    private int _judged;
    private int _unjudged;
    private int _changed;
    private int _otherThanRecorded;

    public void CountUnjudged() => _unjudged++;

    public void Add(RecordedAttempt attempt, string provider, Decision before, Decision after)
    {
        _judged++;
        var happened = attempt.Outcome == "deferred" ? "deferred" : "bounced";
        if (!after.Outcome.StartsWith(happened, StringComparison.Ordinal))
            _otherThanRecorded++;
        if (before.Words == after.Words)
            return;
        _changed++;
        var key = (provider, Said(before), Said(after));
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count == MostGroups)
                key = ("others", "several", "several");
            _groups[key] = group = _groups.GetValueOrDefault(key) ?? new Group();
        }
        group.Count++;
        if (group.Examples.Count < ExamplesEach)
            group.Examples.Add($"{Ids.Show(Ids.Email, attempt.EmailId)}#{attempt.Number}");
    }

    public PolicyDryRun Result(bool isComplete) =>
        new(
            _judged,
            _changed,
            _otherThanRecorded,
            _unjudged,
            [
                .. _groups
                    .OrderByDescending(pair => pair.Value.Count)
                    .Take(MostShown)
                    .Select(pair => new PolicyDifference(
                        pair.Key.Provider,
                        pair.Key.From,
                        pair.Key.To,
                        pair.Value.Count,
                        pair.Value.Examples
                    )),
            ],
            Math.Max(_groups.Count - MostShown, 0),
            isComplete
        );

    public static async Task WriteAsync(PolicyDryRun result, TextWriter output, string since)
    {
        await output.WriteLineAsync(
            Line(
                $"{result.Judged} attempts of the last {since} did not deliver; {result.Changed} of them would end in another way than by the policy in force"
            )
        );
        await output.WriteLineAsync(Line($"{result.OtherThanRecorded} would end in another way than was recorded (deferred or bounced)"));
        if (result.Unjudged > 0)
            await output.WriteLineAsync(Line($"{result.Unjudged} ended without a receiver's answer and cannot be judged anew"));
        foreach (var group in result.Groups)
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync(Line($"{group.Count} at {group.Provider}"));
            await output.WriteLineAsync($"  from  {group.From}");
            await output.WriteLineAsync($"  to    {group.To}");
            await output.WriteLineAsync($"  such as {string.Join(", ", group.Examples)}");
        }
        if (result.MoreGroups > 0)
            await output.WriteLineAsync(Line($"\n… and {result.MoreGroups} more groups"));
    }

    private static string Said(Decision decision) => $"{decision.Words}  [{decision.Rule?.Name ?? "no rule"}]";

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Group
    {
        public int Count { get; set; }
        public List<string> Examples { get; } = [];
    }
}
