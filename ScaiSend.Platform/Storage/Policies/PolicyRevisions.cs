using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Platform.Storage.Policies;

/// <summary>The table of policies that operators put in force for all nodes.</summary>
public sealed class PolicyRevisions(MailDatabase database, TimeProvider time)
{
    /// <summary>Most that are listed.</summary>
    public const int MaxListed = 50;

    /// <summary>Stands for the nodes' own files, before there is any revision.</summary>
    public const int None = 0;

    /// <summary>The number of the one that counts; <see cref="None"/> when there was none ever.</summary>
    public async Task<int> NewestAsync(CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        return await db.PolicyRevisions.MaxAsync(r => (int?)r.Number, cancellationToken) ?? None;
    }

    public async Task<PolicyRevision?> FindAsync(int number, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        return await db.PolicyRevisions.AsNoTracking().SingleOrDefaultAsync(r => r.Number == number, cancellationToken);
    }

    /// <summary>Newest first; of their texts only whether there is one.</summary>
    public async Task<IReadOnlyList<PolicyRevision>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        return await db
            .PolicyRevisions.OrderByDescending(r => r.Number)
            .Take(MaxListed)
            .Select(r => new PolicyRevision
            {
                Number = r.Number,
                Text = r.Text == null ? null : "",
                Actor = r.Actor,
                Reason = r.Reason,
                CreatedAt = r.CreatedAt,
            })
            .ToListAsync(cancellationToken);
    }

    /// <summary>Puts a text in force on all nodes, or their own files again; null when another revision came in between.</summary>
    /// <param name="newest">The revision that counted when the text was made.</param>
    /// <param name="text">Checked already; null: the files.</param>
    public Task<PolicyRevision?> ApplyAsync(int newest, string? text, Act act, CancellationToken cancellationToken) =>
        AddAsync(newest, text, act, "policy_apply", cancellationToken);

    /// <summary>Puts in force what counted before the newest revision; null when another one came in between, or there is none. Undoing an undo brings it back.</summary>
    public async Task<PolicyRevision?> UndoAsync(int newest, Act act, CancellationToken cancellationToken) =>
        newest == None
            ? null
            : await AddAsync(newest, (await FindAsync(newest - 1, cancellationToken))?.Text, act, "policy_undo", cancellationToken);

    private async Task<PolicyRevision?> AddAsync(int newest, string? text, Act act, string action, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        if (await db.PolicyRevisions.MaxAsync(r => (int?)r.Number, cancellationToken) is { } known ? known != newest : newest != None)
            return null;
        var revision = new PolicyRevision
        {
            Number = newest + 1,
            Text = text,
            Actor = act.Who.Name,
            Reason = act.Reason,
            CreatedAt = time.GetStoredNow(),
        };
        db.PolicyRevisions.Add(revision);
        AuditLog.Note(
            db,
            time,
            act,
            action,
            null,
            new { Revision = revision.Number },
            before: new { Revision = newest },
            after: new { Revision = revision.Number, Files = text is null }
        );
        var isOurs = await db.SaveUnlessTakenAsync(
            all => all.PolicyRevisions.AnyAsync(r => r.Number == revision.Number, cancellationToken),
            cancellationToken
        );
        return isOurs ? revision : null;
    }
}
