using System.Globalization;
using System.Text.RegularExpressions;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>What <c>/metrics</c> answers, read as Prometheus reads it: every line must be one that it knows.</summary>
public sealed partial class Exposition
{
    private Exposition(IReadOnlyList<Sample> samples) => Samples = samples;

    /// <summary>One line.</summary>
    public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

    public IReadOnlyList<Sample> Samples { get; }

    public static Exposition Parse(string text)
    {
        var (samples, types) = (new List<Sample>(), new Dictionary<string, string>());
        foreach (var line in text.Split('\n').Where(line => line.Length > 0))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                if (comment.Groups["kind"].Value == "TYPE")
                    Assert.True(types.TryAdd(comment.Groups["name"].Value, comment.Groups["rest"].Value), $"Typed twice: {line}");
                continue;
            }
            var sample = Line().Match(line);
            Assert.True(sample.Success, $"No line of an exposition: {line}");
            var name = sample.Groups["name"].Value;
            Assert.True(types.ContainsKey(name) || types.ContainsKey(Suffix().Replace(name, "")), $"No type before {line}");
            var labels = Label().Matches(sample.Groups["labels"].Value).ToDictionary(l => l.Groups[1].Value, l => l.Groups[2].Value);
            samples.Add(new Sample(name, labels, ValueOf(sample.Groups["value"].Value)));
        }
        Assert.Equal(samples.Count, samples.DistinctBy(KeyOf).Count());
        return new Exposition(samples);
    }

    /// <summary>The sum of a metric's lines that have these labels; 0 when there is none.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) =>
        Samples.Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Name) == l.Value)).Sum(s => s.Value);

    public bool Has(string name) => Samples.Any(s => s.Name == name);

    private static string KeyOf(Sample sample) =>
        sample.Name + string.Join(',', sample.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    private static double ValueOf(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };

    [GeneratedRegex(@"^# (?:(?<kind>TYPE|HELP|UNIT) (?<name>[a-zA-Z_:][\w:]*) (?<rest>.*)|EOF)$")]
    private static partial Regex Comment();

    [GeneratedRegex(
        "^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(?<labels>(?:[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\.)*\",?)*)\\})? (?<value>\\S+)(?: \\d+)?$"
    )]
    private static partial Regex Line();

    [GeneratedRegex("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();

    [GeneratedRegex("_(?:bucket|sum|count|total)$")]
    private static partial Regex Suffix();
}
