using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;

namespace ScaiSend.Platform.Storage.Suspensions;

/// <summary>Suspensions as all nodes see them. A lifted or ended one stays for the record.</summary>
public sealed class SuspensionTable(MailDatabase database, TimeProvider time)
{
    /// <summary>Most that are listed at once.</summary>
    public const int MaxListed = 1000;

    /// <summary>Newest first, at most <see cref="MaxListed"/>.</summary>
    /// <param name="activeOnly">Only those that keep mail back now.</param>
    public async Task<IReadOnlyList<Suspension>> ListAsync(bool activeOnly, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = database.ForPlatform();
        var all = db.Suspensions.AsNoTracking();
        var wanted = activeOnly ? all.Where(s => s.EndsAt > now && s.LiftedAt == null) : all;
        return await wanted.OrderByDescending(s => s.EndsAt).Take(MaxListed).ToListAsync(cancellationToken);
    }

    /// <summary>Writes a suspension from now on; every node keeps to it within seconds.</summary>
    public async Task<Suspension> AddAsync(
        string provider,
        string? source,
        TimeSpan lasts,
        string cause,
        string? rule,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var suspension = new Suspension
        {
            Id = Ids.New(time),
            Provider = Shorten(provider, 255),
            Source = source,
            Cause = Shorten(cause, 1000),
            Rule = rule is null ? null : Shorten(rule, 255),
            StartedAt = now,
            EndsAt = now + lasts,
        };
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        db.Suspensions.Add(suspension);
        await db.SaveChangesAsync(cancellationToken);
        return suspension;
    }

    /// <summary>Ends a suspension now, and answers it. Null when there is no such one, or when it is over already.</summary>
    public async Task<Suspension?> LiftAsync(Guid id, string who, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var by = Shorten(who, 255);
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        var lifted = await db
            .Suspensions.Where(s => s.Id == id && s.LiftedAt == null && s.EndsAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.LiftedAt, now).SetProperty(s => s.LiftedBy, by), cancellationToken);
        return lifted == 0 ? null : await db.Suspensions.SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
    }

    private static string Shorten(string text, int most) => text.Length > most ? text[..most] : text;
}
