using System.Text.Json;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Stats;

namespace ScaiSend.Platform.Stats;

/// <summary>Which number of <c>daily_stats</c>.</summary>
/// <param name="Day">Of the tenant's zone.</param>
public readonly record struct StatsKey(Guid TenantId, StatsDimension Dimension, int Day, string Name);

/// <summary>Counts events, in memory. The roll-up and the rebuild count with it, so they cannot differ.</summary>
/// <param name="zone">The zone of a tenant.</param>
public sealed class StatsTally(Func<Guid, TimeZoneInfo> zone)
{
    private readonly Dictionary<StatsKey, MetricCounts> _rows = [];
    private readonly Dictionary<(Guid TenantId, int Day), long> _events = [];
    private readonly Dictionary<string, string[]> _categories = [];

    /// <summary>What was counted.</summary>
    public IReadOnlyDictionary<StatsKey, MetricCounts> Rows => _rows;

    /// <summary>By tenant and day of UTC: how many events.</summary>
    public IReadOnlyDictionary<(Guid TenantId, int Day), long> Events => _events;

    public void Count(CountedEvent e)
    {
        var utcDay = (e.TenantId, TenantDays.DayOf(TimeZoneInfo.Utc, e.At));
        _events[utcDay] = _events.GetValueOrDefault(utcDay) + 1;
        if (e.Flags.HasFlag(EventFlags.Simulated))
            return;
        var metrics = EventMetrics.Of(e.Type, e.Number, e.Reason, e.Flags);
        if (metrics.Count == 0)
            return;
        var zoneOfTenant = zone(e.TenantId);
        var day = TenantDays.DayOf(zoneOfTenant, e.At);
        Row(StatsDimension.Zone, zoneOfTenant.Id);
        CountUp(StatsDimension.All, "");
        foreach (var category in Categories(e.Categories))
            CountUp(StatsDimension.Category, category);
        CountUp(StatsDimension.MailboxProvider, MailboxProvider.Of(e.Recipient));
        if (e.Flags.HasFlag(EventFlags.Machine) || e.Type is not (EventTypes.Open or EventTypes.Click))
            return;
        var agent = UserAgent.Read(AgentOf(e.Data));
        if (e.Type == EventTypes.Click)
        {
            CountUp(StatsDimension.Browser, agent.Browser);
            return;
        }
        CountUp(agent.ClientType, agent.Client);
        CountUp(StatsDimension.Device, agent.Device);

        void CountUp(StatsDimension dimension, string name) => Row(dimension, name).CountUp(metrics);

        MetricCounts Row(StatsDimension dimension, string name)
        {
            var key = new StatsKey(e.TenantId, dimension, day, name);
            if (!_rows.TryGetValue(key, out var counts))
                _rows[key] = counts = new MetricCounts();
            return counts;
        }
    }

    // Most mails have the categories of many others.
    private string[] Categories(string? json)
    {
        if (json is null or "[]")
            return [];
        if (!_categories.TryGetValue(json, out var names))
            _categories[json] = names = JsonSerializer.Deserialize<string[]>(json)!;
        return names;
    }

    private static string? AgentOf(string? data)
    {
        if (data is null)
            return null;
        using var json = JsonDocument.Parse(data);
        return json.RootElement.TryGetProperty("user_agent", out var agent) ? agent.GetString() : null;
    }
}
