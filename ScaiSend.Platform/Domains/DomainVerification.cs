using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Platform.Domains;

/// <summary>
/// Looks at a domain's records and stores what follows. The API runs it when it is asked to, every worker as time goes by; two at once do no harm,
/// because what is decided is decided under the lock of the domain's row.
/// </summary>
public sealed class DomainVerification(
    MailDatabase database,
    DomainChecks checks,
    DomainKeys keys,
    IOptions<DomainOptions> options,
    TimeProvider time
)
{
    /// <summary>The domain as it is afterwards; null when the tenant has none of this id. One that the installation vouches for is only looked at.</summary>
    public async Task<SenderDomain?> RunAsync(Guid tenantId, Guid domainId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        var domain = await db.SenderDomains.AsNoTracking().SingleOrDefaultAsync(d => d.Id == domainId, cancellationToken);
        if (domain is null)
            return null;
        var known = await db.DkimKeys.AsNoTracking().Where(k => k.Domain == domain.Name).OrderBy(k => k.Id).ToListAsync(cancellationToken);
        // DNS may take its time, so nothing is locked meanwhile.
        var seen = await checks.RunAsync(domain, known.Select(keys.Publish), cancellationToken);
        return await StoreAsync(db, domainId, seen, cancellationToken);
    }

    /// <summary>What DNS said last; empty when it was never asked.</summary>
    public static IReadOnlyList<RecordCheck> ReadChecks(SenderDomain domain) =>
        domain.Checks is { } stored ? JsonSerializer.Deserialize<RecordCheck[]>(stored)! : [];

    private async Task<SenderDomain?> StoreAsync(
        MailDb db,
        Guid domainId,
        IReadOnlyList<RecordCheck> seen,
        CancellationToken cancellationToken
    )
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<SenderDomain?> TryAsync()
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var now = time.GetStoredNow();
            DateTimeOffset? checkedAt = now;
            var locked = await db
                .SenderDomains.Where(d => d.Id == domainId)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.CheckedAt, checkedAt), cancellationToken);
            if (locked == 0)
                return null;
            var domain = await db.SenderDomains.SingleAsync(d => d.Id == domainId, cancellationToken);
            var stored = await db.DkimKeys.Where(k => k.Domain == domain.Name).ToListAsync(cancellationToken);
            var before = ReadChecks(domain);
            if (!domain.IsTrusted)
            {
                var happened = DomainVerdict.Apply(domain, stored, before, seen, options.Value.Grace, now);
                // Ids of one millisecond have no order of their own; the history has one.
                var ids = happened.Select(_ => Ids.New(time)).Order();
                db.DomainEvents.AddRange(happened.Zip(ids, (h, id) => New(domain, h.Type, h.Detail, now, id)));
            }
            domain.Checks = JsonSerializer.Serialize(DomainVerdict.Remember(before, seen));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return domain;
        }
    }

    /// <summary>An event of a domain's history.</summary>
    public DomainEvent New(SenderDomain domain, string type, string? detail, DateTimeOffset at, Guid? id = null) =>
        new()
        {
            Id = id ?? Ids.New(time),
            TenantId = domain.TenantId,
            DomainId = domain.Id,
            Type = type,
            Detail = detail is { Length: > MaxDetail } ? detail[..MaxDetail] : detail,
            At = at,
        };

    /// <summary>Most characters of an event's detail.</summary>
    public const int MaxDetail = 1000;
}
