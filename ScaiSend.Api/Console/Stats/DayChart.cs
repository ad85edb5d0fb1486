using System.Globalization;
using ScaiSend.Api.Stats;

namespace ScaiSend.Api.Console.Stats;

/// <summary>Numbers of one thing, one for each period of a chart.</summary>
/// <param name="Class">Its colour; see <c>console.css</c>.</param>
public sealed record ChartSeries(string Name, string Class, IReadOnlyList<long> Values);

/// <summary>A part of a bar or a point of a line, in units of the picture.</summary>
public readonly record struct ChartPlace(double X, double Y, double Width, double Height);

/// <summary>
/// Where the parts of a chart over periods are: series on top of each other as bars, or each as a line. Takes numbers and gives places; the picture
/// itself is <c>DayChartFigure</c>.
/// </summary>
/// <param name="Periods">The first day of each period, in their order.</param>
/// <param name="IsStacked">Bars; else lines.</param>
public sealed record DayChart(
    string Title,
    StatsPeriod Period,
    IReadOnlyList<DateOnly> Periods,
    IReadOnlyList<ChartSeries> Series,
    bool IsStacked
)
{
    /// <summary>Of the picture, in its units.</summary>
    public const int Width = 720;

    /// <summary>Of the picture, in its units.</summary>
    public const int Height = 220;

    /// <summary>Where the numbers of the scale end and the bars begin.</summary>
    public const int Left = 44;

    /// <summary>Where the bars stand.</summary>
    public const int Bottom = 194;

    private const int Top = 12;
    private const int Right = Width - 6;
    private const int MostSteps = 4;
    private const int MostLabels = 8;
    private const double BarShare = 0.72;
    private const double WidestBar = 48;

    /// <summary>Whether there is anything to see.</summary>
    public bool IsEmpty => Greatest == 0;

    /// <summary>The numbers at which the scale has a line.</summary>
    public IReadOnlyList<long> Scale
    {
        get
        {
            var step = Step(Greatest);
            return [.. Enumerable.Range(0, (int)((Math.Max(Greatest, 1) + step - 1) / step) + 1).Select(i => i * step)];
        }
    }

    /// <summary>Periods that are named below the picture.</summary>
    public IEnumerable<int> Named
    {
        get
        {
            var every = (Periods.Count + MostLabels - 1) / MostLabels;
            return Enumerable.Range(0, Periods.Count).Where(i => i % every == 0);
        }
    }

    /// <summary>The height of a number.</summary>
    public double Y(double number) => Bottom - number / Scale[^1] * (Bottom - Top);

    /// <summary>The middle of a period.</summary>
    public double X(int period) => Left + (period + 0.5) * Slot;

    /// <summary>The place of a series' part in the bar of a period, on top of the series before it.</summary>
    public ChartPlace Bar(int series, int period)
    {
        var below = Series.Take(series).Sum(s => s.Values[period]);
        var (foot, head) = (Y(below), Y(below + Series[series].Values[period]));
        var width = Math.Min(Slot * BarShare, WidestBar);
        return new ChartPlace(X(period) - width / 2, head, width, foot - head);
    }

    /// <summary>What a period says, such as <c>29 Nov: 120 delivered, 3 bounced</c>.</summary>
    public string Says(int period) => $"{NameOf(period)}: {string.Join(", ", Series.Select(s => $"{Number(s.Values[period])} {s.Name}"))}";

    /// <summary>What a period is called.</summary>
    public string NameOf(int period) => NameOf(Period, Periods[period]);

    /// <summary>What a period is called that begins on a day.</summary>
    public static string NameOf(StatsPeriod period, DateOnly day) =>
        day.ToString(period == StatsPeriod.Month ? "MMM yyyy" : "d MMM", CultureInfo.InvariantCulture);

    /// <summary>A number as it is shown.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The same where there is little room.</summary>
    public static string Short(long number) =>
        number switch
        {
            >= 1_000_000 => (number / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + "M",
            >= 10_000 => (number / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
            _ => Number(number),
        };

    private double Slot => (double)(Right - Left) / Math.Max(1, Periods.Count);

    private long Greatest =>
        Series.Count == 0 || Periods.Count == 0 ? 0
        : IsStacked ? Enumerable.Range(0, Periods.Count).Max(i => Series.Sum(s => s.Values[i]))
        : Series.Max(s => s.Values.Max());

    // 1, 2 or 5 with noughts: numbers that people read at a glance.
    private static long Step(long greatest)
    {
        for (var nought = 1L; ; nought *= 10)
            foreach (var digit in (long[])[1, 2, 5])
                if (digit * nought * MostSteps >= greatest)
                    return digit * nought;
    }
}
