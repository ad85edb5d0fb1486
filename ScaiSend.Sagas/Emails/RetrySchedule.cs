using Microsoft.Extensions.Options;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Sagas.Emails;

/// <summary>When a deferred email is tried next, and when it is given up: as the delivery policy says, and where it says nothing, as the settings do.</summary>
public sealed class RetrySchedule(CurrentPolicy policy, IOptionsMonitor<RetryOptions> options)
{
    /// <summary>The wait after the given number of attempts.</summary>
    public TimeSpan WaitAfter(int attempts, string? provider, string domain, Guid tenantId) =>
        WaitAfter(attempts, policy.Value.For(provider, domain, tenantId).Schedule ?? Default);

    /// <summary>The wait that a schedule has for that number of attempts; its last one repeats.</summary>
    public static TimeSpan WaitAfter(int attempts, IReadOnlyList<TimeSpan> waits) => waits[Math.Clamp(attempts, 1, waits.Count) - 1];

    /// <summary>The settings' schedule, where the policy has none.</summary>
    public IReadOnlyList<TimeSpan> Default => options.CurrentValue.Waits();

    /// <summary>The settings' time to give up, where the policy has none.</summary>
    public TimeSpan DefaultGiveUpAfter => options.CurrentValue.GiveUpAfter;

    /// <summary>How long after acceptance (or <c>send_at</c>) an email is given up.</summary>
    public TimeSpan GiveUpAfter(string? provider, string domain, Guid tenantId) =>
        policy.Value.For(provider, domain, tenantId).GiveUpAfter ?? DefaultGiveUpAfter;
}

/// <summary>Section <c>Delivery:Retry</c>.</summary>
public sealed class RetryOptions
{
    /// <summary>Waits after the first, second, … attempt, comma-separated; the last one repeats.</summary>
    public string Schedule { get; set; } = "00:01:00,00:05:00,00:15:00,00:30:00,01:00:00,02:00:00,04:00:00,08:00:00";

    /// <summary>How long after acceptance (or <c>send_at</c>) an email is given up.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(72);

    private string? _parsed;
    private TimeSpan[] _waits = [];

    /// <summary>What is wrong with the settings, in words; empty when nothing is.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var wait in Schedule.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TimeSpan.TryParse(wait, System.Globalization.CultureInfo.InvariantCulture, out var span) || span <= TimeSpan.Zero)
                yield return $"Delivery:Retry:Schedule has '{wait}'; allowed are durations above zero such as 00:05:00, separated by commas";
        }
        if (GiveUpAfter < TimeSpan.FromMinutes(1) || GiveUpAfter > TimeSpan.FromDays(30))
            yield return $"Delivery:Retry:GiveUpAfter is {GiveUpAfter}; allowed is 00:01:00 to 30.00:00:00";
    }

    /// <summary>The schedule, read.</summary>
    public IReadOnlyList<TimeSpan> Waits()
    {
        if (!ReferenceEquals(_parsed, Schedule))
        {
            _waits =
            [
                .. Schedule
                    .Split(',', StringSplitOptions.TrimEntries)
                    .Select(w => TimeSpan.Parse(w, System.Globalization.CultureInfo.InvariantCulture)),
            ];
            _parsed = Schedule;
        }
        return _waits;
    }
}
