using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Bus;

/// <summary>
/// Fairness by admission: how many more emails of a tenant may go straight to the broker. The count is refreshed from the database a few
/// times a second and grows by what this process admits between; several doors may together exceed the window by what they admit meanwhile.
/// </summary>
public sealed class FlightWindow(MailDatabase database, IOptions<FairnessOptions> options, TimeProvider time, ILogger<FlightWindow> log)
    : BackgroundService
{
    /// <summary>How often the counts are refreshed.</summary>
    public static readonly TimeSpan RefreshEvery = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Guid, Count> _counts = new();

    /// <summary>From so many emails in flight on, a tenant sends a mass.</summary>
    public const int Mass = 128;

    /// <summary>Whether one more email of the tenant may go at once; counts it if so.</summary>
    public bool TryAdmit(Guid tenantId)
    {
        var count = _counts.GetOrAdd(tenantId, _ => new Count());
        count.IsUsed = true;
        return Interlocked.Increment(ref count.InFlight) <= options.Value.Window;
    }

    /// <summary>Whether the tenant has so much in flight that its hints had better share messages.</summary>
    public bool IsMass(Guid tenantId) => _counts.TryGetValue(tenantId, out var count) && Volatile.Read(ref count.InFlight) > Mass;

    /// <summary>How many emails of the tenant are in flight, at most the window's size.</summary>
    public async Task<int> CountAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        // Index (tenant_id, lane, due_at); the limit bounds the cost.
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT COUNT(*) FROM (SELECT 1 FROM emails WHERE tenant_id=")
            .Id(tenantId)
            .Sql($" AND lane={(int)EmailLane.InFlight} LIMIT {options.Value.Window}) t")
            .ReadAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        return rows.GetInt32(0);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RefreshEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (tenantId, count) in _counts)
            {
                if (!count.IsUsed)
                {
                    _counts.TryRemove(tenantId, out _);
                    continue;
                }
                try
                {
                    count.IsUsed = false;
                    count.InFlight = await CountAsync(tenantId, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    log.LogWarning("The emails in flight could not be counted: {Reason}", e.Message);
                }
            }
        }
    }

    private sealed class Count
    {
        public int InFlight;
        public volatile bool IsUsed;
    }
}
