using System.Globalization;
using ScaiSend.Cli.Queue;
using ScaiSend.Platform.Storage.Queue;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ScaiSend.Cli.Top;

/// <summary>A reading for people.</summary>
internal static class TopView
{
    private const int MostRows = 15;

    // Waiting longer than this means: no worker, or not enough.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    public static IRenderable Of(TopReading reading)
    {
        var parts = new List<IRenderable> { Head(reading), Text.Empty, Tenants(reading), Text.Empty, Providers(reading.Providers) };
        if (reading.Suspensions.Count > 0)
            parts.AddRange([Text.Empty, Suspensions(reading)]);
        return new Rows(parts);
    }

    private static Table Head(TopReading reading)
    {
        var table = Terminal.Table(
            "accepted/s",
            "delivered/s",
            "deferred/s",
            "bounced/s",
            "dropped/s",
            "waiting",
            "in flight",
            "held",
            "oldest due"
        );
        var rates = reading.Rates;
        var wait = reading.OldestDueAt is { } oldest ? reading.At - oldest : TimeSpan.Zero;
        return table.AddRow(
            Terminal.Cell(Rate(rates.Accepted)),
            Terminal.Cell(Rate(rates.Delivered), new Style(Color.Green)),
            Terminal.Cell(Rate(rates.Deferred), new Style(Color.Yellow)),
            Terminal.Cell(Rate(rates.Bounced), new Style(Color.Red)),
            Terminal.Cell(Rate(rates.Dropped)),
            Terminal.Cell(Count(reading.Waiting)),
            Terminal.Cell(Count(reading.InFlight)),
            Terminal.Cell(Count(reading.Held)),
            Terminal.Cell(Seconds(wait), wait > Late ? new Style(Color.Red) : Style.Plain)
        );
    }

    private static Table Tenants(TopReading reading)
    {
        var table = Terminal.Table("tenant", "waiting", "in flight", "held", "oldest due");
        foreach (var tenant in reading.Tenants.Take(MostRows))
            table.AddRow(
                Terminal.Cell(tenant.Slug ?? Contracts.Ids.Show(Contracts.Ids.Tenant, tenant.TenantId)),
                Terminal.Cell(Count(tenant.Waiting)),
                Terminal.Cell(Count(tenant.InFlight)),
                Terminal.Cell(Count(tenant.Held)),
                Terminal.Cell(tenant.OldestDueAt is { } oldest ? Seconds(reading.At - oldest) : "")
            );
        return WithRest(table, reading.Tenants.Count);
    }

    private static Table Providers(QueueGroups providers)
    {
        var table = Terminal.Table("provider of the last attempt", providers.IsComplete ? "emails" : "emails (of those looked at)");
        foreach (var group in providers.Groups.Take(MostRows))
            table.AddRow(Terminal.Cell(group.Provider ?? "(no attempt yet)"), Terminal.Cell(Count(group.Count)));
        return WithRest(table, providers.Groups.Count);
    }

    private static Table Suspensions(TopReading reading)
    {
        var table = Terminal.Table("suspended", "source", "until", "cause");
        foreach (var suspension in reading.Suspensions.Take(MostRows))
            table.AddRow(
                Terminal.Cell(suspension.Provider),
                Terminal.Cell(suspension.Source ?? "all"),
                Terminal.Cell(OperatorCommand.Show(suspension.EndsAt)),
                Terminal.Cell(suspension.Cause)
            );
        return WithRest(table, reading.Suspensions.Count);
    }

    private static Table WithRest(Table table, int rows) =>
        rows > MostRows ? table.AddRow(Terminal.Cell(string.Create(CultureInfo.InvariantCulture, $"… and {rows - MostRows} more"))) : table;

    private static string Rate(double rate) => rate.ToString(rate is > 0 and < 10 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    private static string Count(long count) =>
        count.ToString("N0", CultureInfo.InvariantCulture) + (count >= QueueGauge.MostCounted ? "+" : "");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):N1} s");
}
