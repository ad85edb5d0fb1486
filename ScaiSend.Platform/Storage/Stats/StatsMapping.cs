using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage.Stats;

/// <summary>The tables of statistics.</summary>
internal static class StatsMapping
{
    /// <summary>Bytes of a name; categories are ASCII, of 255 characters at most.</summary>
    private const int LongestName = 255;

    public static void Map(ModelBuilder model)
    {
        model.Entity<DailyStats>(e =>
        {
            e.ToTable("daily_stats");
            e.Property(x => x.Name).HasMaxLength(LongestName);
            // What is written together, today's rows, lies together; and all names of a range of days.
            e.HasKey(x => new
            {
                x.TenantId,
                x.Dimension,
                x.Day,
                x.Name,
            });
            // Some names over many days; all names that there are.
            e.HasIndex(x => new
            {
                x.TenantId,
                x.Dimension,
                x.Name,
                x.Day,
            });
        });
        model.Entity<StatsCountedDay>(e =>
        {
            e.ToTable("stats_counted_days");
            e.HasKey(x => new { x.TenantId, x.Day });
        });
        model.Entity<StatsPosition>(e =>
        {
            e.ToTable("stats_positions");
            e.HasKey(x => x.Lane);
        });
    }
}
