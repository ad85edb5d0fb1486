using ScaiSend.Api.Console.Stats;
using ScaiSend.Api.Stats;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>Where the parts of a chart are.</summary>
public sealed class DayChartTests
{
    private static readonly DateOnly First = new(2026, 11, 1);

    [Theory]
    [InlineData(0, new long[] { 0, 1 })]
    [InlineData(1, new long[] { 0, 1 })]
    [InlineData(3, new long[] { 0, 1, 2, 3 })]
    [InlineData(7, new long[] { 0, 2, 4, 6, 8 })]
    [InlineData(1234, new long[] { 0, 500, 1000, 1500 })]
    [InlineData(80_000_000_000, new long[] { 0, 20_000_000_000, 40_000_000_000, 60_000_000_000, 80_000_000_000 })]
    public void The_scale_has_few_round_numbers_and_reaches_the_greatest(long greatest, long[] scale) =>
        Assert.Equal(scale, Chart([greatest]).Scale);

    [Fact]
    public void Bars_stand_on_top_of_each_other_and_within_the_picture()
    {
        var chart = Chart([30, 0], [10, 5]);

        Assert.Equal(DayChart.Bottom, chart.Bar(0, 0).Y + chart.Bar(0, 0).Height, 6);
        Assert.Equal(chart.Bar(0, 0).Y, chart.Bar(1, 0).Y + chart.Bar(1, 0).Height, 6);
        Assert.Equal(3, chart.Bar(0, 0).Height / chart.Bar(1, 0).Height, 6);
        Assert.Equal(0, chart.Bar(0, 1).Height, 6);
        Assert.True(
            chart.Bar(1, 0).Y >= 0 && chart.Bar(0, 0).X > DayChart.Left && chart.Bar(0, 1).X + chart.Bar(0, 1).Width < DayChart.Width
        );
        Assert.True(chart.Bar(0, 0).X + chart.Bar(0, 0).Width < chart.Bar(0, 1).X);
    }

    [Fact]
    public void Periods_are_named_in_words_and_not_too_many_of_them()
    {
        var chart = Chart([.. Enumerable.Range(0, 90).Select(i => (long)i)], new long[90]);

        Assert.InRange(chart.Named.Count(), 5, 8);
        Assert.Equal("3 Nov: 2 delivered, 0 bounced", chart.Says(2));
        Assert.Equal("Nov 2026", DayChart.NameOf(StatsPeriod.Month, First));
        Assert.Equal(["9,999", "12k", "12.3k", "1.5M"], new long[] { 9999, 12_000, 12_345, 1_500_000 }.Select(DayChart.Short));
    }

    private static DayChart Chart(params long[][] values) =>
        new(
            "Mail",
            StatsPeriod.Day,
            [.. Enumerable.Range(0, values[0].Length).Select(First.AddDays)],
            [.. values.Select((numbers, i) => new ChartSeries(i == 0 ? "delivered" : "bounced", "", numbers))],
            IsStacked: true
        );
}
