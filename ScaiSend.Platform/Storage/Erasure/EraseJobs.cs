using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Platform.Storage.Erasure;

/// <summary>The table of erasures: orders are added, claimed by a worker, saved as they go, and kept as proof.</summary>
public sealed class EraseJobs(MailDatabase database, SecretBox box, TimeProvider time)
{
    /// <summary>How long one who carries a job out may be silent before another goes on with it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Writes down what is to be done; when it returns, it will be.</summary>
    public async Task<Guid> AddAsync(Guid tenantId, IReadOnlyCollection<string> addresses, Act act, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var distinct = addresses.DistinctBy(SuppressedAddress.IdOf).ToList();
        var job = new EraseJob
        {
            Id = Ids.New(time),
            TenantId = tenantId,
            CreatedAt = now,
            DueAt = now,
            SealedAddresses = box.Seal(JsonSerializer.SerializeToUtf8Bytes(distinct)),
            AddressKeys = [.. distinct.SelectMany(SuppressedAddress.KeyOf)],
            Counts = "{}",
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.For(tenantId);
        db.EraseJobs.Add(job);
        // How many, never whom: the log is kept for ever.
        AuditLog.Note(db, time, act, "erase", tenantId, new { JobId = job.Id.ToString("D"), Persons = distinct.Count });
        await db.SaveChangesAsync(cancellationToken);
        return job.Id;
    }

    public async Task<EraseJob?> FindAsync(Guid tenantId, Guid id, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return await db.EraseJobs.AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, cancellationToken);
    }

    /// <summary>Takes the job that is due longest; null when none is.</summary>
    public async Task<EraseJob?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = database.ForPlatform();
        var job = await db
            .EraseJobs.IgnoreQueryFilters()
            .AsNoTracking()
            .Where(j => j.DueAt <= now)
            .OrderBy(j => j.DueAt)
            .FirstOrDefaultAsync(cancellationToken);
        return job is not null && await SaveAsync(job, now + Lease, cancellationToken) ? job : null;
    }

    /// <summary>The addresses of a job that is not done.</summary>
    public IReadOnlyList<string> AddressesOf(EraseJob job) => JsonSerializer.Deserialize<List<string>>(box.Open(job.SealedAddresses))!;

    /// <summary>Saves how far a job is. False when somebody else has taken it over meanwhile.</summary>
    /// <param name="dueAt">When somebody goes on with it; null when it is done: then the addresses go.</param>
    public async Task<bool> SaveAsync(EraseJob job, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        var ours = job.DueAt;
        if (dueAt is null)
            (job.SealedAddresses, job.FinishedAt) = (null, time.GetUtcNow());
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        var saved = await db
            .EraseJobs.IgnoreQueryFilters()
            .Where(j => j.Id == job.Id && j.DueAt == ours)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(j => j.DueAt, dueAt)
                        .SetProperty(j => j.FinishedAt, job.FinishedAt)
                        .SetProperty(j => j.SealedAddresses, job.SealedAddresses)
                        .SetProperty(j => j.WalkedTo, job.WalkedTo)
                        .SetProperty(j => j.Counts, job.Counts)
                        .SetProperty(j => j.Waiting, job.Waiting)
                        .SetProperty(j => j.Remaining, job.Remaining),
                cancellationToken
            );
        job.DueAt = dueAt;
        return saved > 0;
    }
}
