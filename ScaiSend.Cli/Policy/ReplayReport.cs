using System.Globalization;
using ScaiSend.Contracts;
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

    public int Changed => _changed;

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

    /// <summary>The same for programs.</summary>
    public object Body() =>
        new
        {
            judged = _judged,
            changed = _changed,
            other_than_recorded = _otherThanRecorded,
            not_judged = _unjudged,
            changes = _groups
                .OrderByDescending(pair => pair.Value.Count)
                .Select(pair => new
                {
                    provider = pair.Key.Provider,
                    from = pair.Key.From,
                    to = pair.Key.To,
                    count = pair.Value.Count,
                    examples = pair.Value.Examples,
                }),
        };

    public async Task WriteAsync(TextWriter output, string since)
    {
        await output.WriteLineAsync(
            Line(
                $"{_judged} attempts of the last {since} did not deliver; {_changed} of them would end in another way than by the policy in force"
            )
        );
        await output.WriteLineAsync(Line($"{_otherThanRecorded} would end in another way than was recorded (deferred or bounced)"));
        if (_unjudged > 0)
            await output.WriteLineAsync(Line($"{_unjudged} ended without a receiver's answer and cannot be judged anew"));
        foreach (var (key, group) in _groups.OrderByDescending(pair => pair.Value.Count).Take(MostShown))
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync(Line($"{group.Count} at {key.Provider}"));
            await output.WriteLineAsync($"  from  {key.From}");
            await output.WriteLineAsync($"  to    {key.To}");
            await output.WriteLineAsync($"  such as {string.Join(", ", group.Examples)}");
        }
        if (_groups.Count > MostShown)
            await output.WriteLineAsync(Line($"\n… and {_groups.Count - MostShown} more groups"));
    }

    private static string Said(Decision decision) => $"{decision.Words}  [{decision.Rule?.Name ?? "no rule"}]";

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Group
    {
        public int Count { get; set; }
        public List<string> Examples { get; } = [];
    }
}
