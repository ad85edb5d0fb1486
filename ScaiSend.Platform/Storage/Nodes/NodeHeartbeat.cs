using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Platform.Storage.Nodes;

/// <summary>The roles of this process, such as <c>worker,smtp</c>.</summary>
public sealed record NodeRoles(string Text);

/// <summary>
/// Says every few seconds that this process is there, and by which policy it goes. Nothing depends on it but what people are shown: a process that cannot say it works on.
/// </summary>
public sealed class NodeHeartbeat(
    MailDatabase database,
    CurrentPolicy policy,
    NodeRoles roles,
    TimeProvider time,
    ILogger<NodeHeartbeat> log
) : BackgroundService
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>One that was silent for so long is shown as gone.</summary>
    public static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(35);

    /// <summary>One that was silent for so long is shown no more.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    /// <summary>How long a stopping process tries to say so.</summary>
    public static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    private const int MaxTrouble = 1000;

    private static readonly string Version = Assembly
        .GetEntryAssembly()
        ?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?.InformationalVersion
        is { } version
        ? version[..Math.Min(version.Length, 64)]
        : "unknown";

    private readonly Guid _id = Ids.New(time);
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beats = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                // A clock that is turned on by hand must not wait for the database at each tick.
                await Task.Yield();
                await BeatAsync(stoppingToken);
            } while (await beats.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(FarewellLimit, time);
        try
        {
            using var turn = await database.Dialect.TakeTurnAsync(limit.Token);
            await using var db = database.ForPlatform();
            await db.Nodes.Where(n => n.Id == _id).ExecuteDeleteAsync(limit.Token);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            log.LogDebug("This process could not say that it stops; it is forgotten in a day");
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
            await using var db = database.ForPlatform();
            var (now, inForce) = (time.GetUtcNow(), policy.InForce);
            var trouble = inForce.LastRefusal is { } refusal ? Shorter(string.Join("; ", refusal.Errors)) : null;
            var known = await db
                .Nodes.Where(n => n.Id == _id)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(n => n.SeenAt, now)
                            .SetProperty(n => n.Policy, inForce.Hash)
                            .SetProperty(n => n.PolicyTrouble, trouble),
                    cancellationToken
                );
            if (known == 0)
                await AddAsync(db, now, inForce.Hash, trouble, cancellationToken);
        }
        catch (Exception e) when (IsTrouble(e) && !cancellationToken.IsCancellationRequested)
        {
            log.LogDebug("The database does not take that this process is there");
        }
    }

    private async Task AddAsync(MailDb db, DateTimeOffset now, string? hash, string? trouble, CancellationToken cancellationToken)
    {
        var forgotten = now - ForgottenAfter;
        await db.Nodes.Where(n => n.SeenAt < forgotten).ExecuteDeleteAsync(cancellationToken);
        db.Nodes.Add(
            new Node
            {
                Id = _id,
                Name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}"),
                Roles = roles.Text,
                Version = Version,
                StartedAt = _startedAt,
                SeenAt = now,
                Policy = hash,
                PolicyTrouble = trouble,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
    }

    // Whatever the database says: nothing depends on this.
    private bool IsTrouble(Exception e) =>
        e is System.Data.Common.DbException or DbUpdateException or OperationCanceledException || database.IsOutage(e);

    private static string Shorter(string text) => text.Length > MaxTrouble ? text[..MaxTrouble] : text;
}
