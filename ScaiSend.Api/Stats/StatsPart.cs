using ScaiSend.Platform.Stats;

namespace ScaiSend.Api.Stats;

/// <summary>One period with the numbers of each name.</summary>
public sealed record StatsPart(DateOnly Date, IReadOnlyList<NamedSum> Names)
{
    /// <summary>Puts days together, with an element for each period and each name, also where nothing happened.</summary>
    /// <param name="names">What every period shows.</param>
    public static IReadOnlyList<StatsPart> Of(StatsRange range, IReadOnlyList<NamedDay> days, IReadOnlyCollection<string> names)
    {
        var sums = new Dictionary<(DateOnly, string), MetricCounts>();
        foreach (var day in days)
        {
            var key = (range.PeriodOf(day.Day), day.Name);
            if (!sums.TryGetValue(key, out var sum))
                sums[key] = sum = new MetricCounts();
            sum.Add(day.Counts);
        }
        return
        [
            .. range
                .Periods()
                .Select(period => new StatsPart(
                    period,
                    [.. names.Select(name => new NamedSum(name, sums.GetValueOrDefault((period, name)) ?? new MetricCounts()))]
                )),
        ];
    }
}
