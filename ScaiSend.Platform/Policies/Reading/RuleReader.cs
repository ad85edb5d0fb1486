using System.Globalization;
using System.Text.RegularExpressions;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Policies.Reading;

/// <summary>Reads lists of reply rules. Names are unique in the whole file, because an attempt shows nothing else of its rule.</summary>
internal sealed partial class RuleReader(Keys keys, Values values, Faults faults)
{
    private const int MostRules = 1000;

    /// <summary>How long a text pattern may look at a reply, where it cannot be matched in linear time.</summary>
    private static readonly TimeSpan BacktrackingLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Linear time is microseconds; this is for a machine that gives the thread no turn, and a rule must not miss for that.</summary>
    private static readonly TimeSpan LinearLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AWeek = TimeSpan.FromDays(7);

    private static readonly Dictionary<string, BounceClass> Classes = new()
    {
        ["hard"] = BounceClass.Hard,
        ["soft"] = BounceClass.Soft,
        ["block"] = BounceClass.Block,
    };

    /// <summary>The commands that a reply can answer, in the words of <see cref="ReplyPattern.At"/>.</summary>
    internal static readonly IReadOnlyList<string> Steps =
    [
        "connect",
        "greeting",
        "hello",
        "tls",
        "auth",
        "mail",
        "recipient",
        "data",
        "content",
    ];

    private static readonly IReadOnlyList<string> Parts = ["name", "when", "then"];

    private readonly Dictionary<string, int> _names = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<ReplyRule> Read(YamlNode node, string path)
    {
        if (node is YamlList { Items.Count: 0 })
            return [];
        if (node is not YamlList)
        {
            faults.Wrong(node, path, "allowed is a list of rules, each with name, when and then");
            return [];
        }
        return [.. values.Items(node, path, MostRules, "").Select((item, i) => ReadRule(item, $"{path}[{i + 1}]")).OfType<ReplyRule>()];
    }

    private ReplyRule? ReadRule(YamlNode node, string path)
    {
        string? name = null;
        ReplyPattern? pattern = null;
        ReplyAction? action = null;
        keys.Read(
            node,
            path,
            new Dictionary<string, Action<YamlNode, string>>
            {
                ["name"] = (value, at) => name = ReadName(value, at),
                ["when"] = (value, at) => pattern = ReadPattern(value, at),
                ["then"] = (value, at) => action = ReadAction(value, at),
            }
        );
        if (node is YamlMap map)
            foreach (var key in Parts.Where(key => map.Entries.All(entry => entry.Key.Value != key)))
                faults.Add(node, $"{path} has no {key}; a rule needs name, when and then");
        return name is not null && pattern is not null && action is not null ? new ReplyRule(name, pattern, action) : null;
    }

    private string? ReadName(YamlNode node, string path)
    {
        if (values.Text(node, path, 100) is not { } name)
            return null;
        if (_names.TryAdd(name, node.Line))
            return name;
        faults.Add(node, $"{path} is '{name}' like the rule in line {_names[name]}; each rule needs a name of its own");
        return null;
    }

    private ReplyPattern? ReadPattern(YamlNode node, string path)
    {
        var pattern = new ReplyPattern();
        keys.Read(
            node,
            path,
            new Dictionary<string, Action<YamlNode, string>>
            {
                ["code"] = (value, at) => pattern = pattern with { Code = ReadCode(value, at) },
                ["enhanced"] = (value, at) => pattern = pattern with { Enhanced = ReadEnhanced(value, at) },
                ["text"] = (value, at) => pattern = pattern with { Text = ReadRegex(value, at) },
                ["at"] = (value, at) => pattern = pattern with { At = ReadStep(value, at) },
            }
        );
        if (node is YamlMap { Entries.Count: 0 })
            faults.Add(node, $"{path} is empty; it needs at least one of code, enhanced, text and at");
        return pattern == new ReplyPattern() ? null : pattern;
    }

    private (int, int)? ReadCode(YamlNode node, string path)
    {
        if (node is YamlScalar scalar && WrittenCode().Match(scalar.Value) is { Success: true } match)
        {
            var first = match.Groups["first"].Value;
            var from = int.Parse(first.Replace('x', '0'), CultureInfo.InvariantCulture);
            var to = int.Parse(
                match.Groups["last"] is { Success: true } last ? last.ValueSpan : first.Replace('x', '9'),
                CultureInfo.InvariantCulture
            );
            if (from <= to)
                return (from, to);
        }
        faults.Wrong(node, path, "allowed is a code from 400 to 599 such as 450, a range such as 450-451, or 4xx");
        return null;
    }

    private string? ReadEnhanced(YamlNode node, string path)
    {
        if (node is YamlScalar scalar && WrittenEnhanced().IsMatch(scalar.Value))
            return scalar.Value;
        faults.Wrong(node, path, "allowed is a code of three parts, each a number or *, such as 4.7.1 or 5.7.*");
        return null;
    }

    private Regex? ReadRegex(YamlNode node, string path)
    {
        if (values.Text(node, path, 1000) is not { } pattern)
            return null;
        const RegexOptions Always = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
        try
        {
            return new Regex(pattern, Always | RegexOptions.NonBacktracking, LinearLimit);
        }
        catch (NotSupportedException)
        {
            // Look-around and back-references need backtracking, which the limit ends.
            return new Regex(pattern, Always, BacktrackingLimit);
        }
        catch (ArgumentException e)
        {
            faults.Add(node, $"{path} is no regular expression: {e.Message}");
            return null;
        }
    }

    private string? ReadStep(YamlNode node, string path)
    {
        if (node is YamlScalar scalar && Steps.Contains(scalar.Value))
            return scalar.Value;
        faults.Wrong(node, path, $"allowed are {string.Join(", ", Steps)}");
        return null;
    }

    private ReplyAction? ReadAction(YamlNode node, string path)
    {
        var action = new ReplyAction();
        keys.Read(
            node,
            path,
            new Dictionary<string, Action<YamlNode, string>>
            {
                ["defer"] = (value, at) => action = action with { Defer = values.Boolean(value, at) ?? false },
                ["delay"] = (value, at) => action = action with { Delay = values.Duration(value, at, ASecond, AWeek) },
                ["first_attempts"] = (value, at) => action = action with { FirstAttempts = values.Number(value, at, 1, 1000) },
                ["bounce"] = (value, at) => action = action with { Bounce = values.Word(value, at, Classes) },
                ["slow_down"] = (value, at) => action = action with { SlowDown = values.Boolean(value, at) },
                ["suspend_for"] = (value, at) => action = action with { SuspendFor = values.Duration(value, at, ASecond, AWeek) },
            }
        );
        if (node is not YamlMap map)
            return null;
        if (action is { Bounce: not null, Defer: true } or { Bounce: not null, Delay: not null })
            faults.Add(node, $"{path} has bounce together with defer or delay; allowed is one or the other");
        if (map.Entries.Any(entry => entry.Key.Value == "first_attempts") && map.Entries.All(entry => entry.Key.Value != "delay"))
            faults.Add(node, $"{path} has first_attempts without delay, which they are about");
        if (map.Entries.Count == 0)
            faults.Add(node, $"{path} is empty; it needs at least one of defer, delay, bounce, slow_down and suspend_for");
        // A delay says that it will be tried again, whatever the code.
        return action with { Defer = action.Defer || action.Delay is not null };
    }

    [GeneratedRegex(@"\A(?:(?<first>[45][0-9]{2})(?:\s*-\s*(?<last>[45][0-9]{2}))?|(?<first>[45](?:xx|[0-9]x)))\z")]
    private static partial Regex WrittenCode();

    [GeneratedRegex(@"\A(?:[245]|\*)\.(?:[0-9]{1,3}|\*)\.(?:[0-9]{1,3}|\*)\z")]
    private static partial Regex WrittenEnhanced();
}
