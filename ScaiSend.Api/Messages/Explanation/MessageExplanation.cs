using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Storage.Suspensions;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Reads everything that an explanation of a message goes by, and explains it.</summary>
public sealed class MessageExplanation(
    MailDatabase database,
    SuspensionTable suspensions,
    IOptions<FairnessOptions> fairness,
    TimeProvider time
)
{
    /// <summary>The explanation; null when the tenant has no such message.</summary>
    public async Task<ExplainedMessage?> ReadAsync(Guid tenantId, Guid messageId, Depth depth, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        if (await MessageRows.ReadAsync(db, messageId, cancellationToken) is not { } rows)
            return null;
        var now = time.GetUtcNow();
        var batch = await BatchOfAsync(db, rows.Message, cancellationToken);
        var inForce = rows.Emails.All(e => e.State.IsEnded()) ? [] : await suspensions.ListAsync(activeOnly: true, cancellationToken);
        bool? isFull = rows.Emails.Any(e => IsDue(e, now)) ? await IsWindowFullAsync(db, cancellationToken) : null;
        var listed = await ListsOfAsync(db, rows.Emails, cancellationToken);
        var emails = rows.Emails.Select(e => new EmailFacts(rows.Message, e, [.. rows.Events[e.Id]], [.. rows.Attempts[e.Id]], now)
        {
            Batch = batch,
            Suspensions = inForce,
            IsWindowFull = isFull,
            Suppressions = listed.GetValueOrDefault(e.Id, []),
        });
        return Explain(rows.Message, rows.Emails, [.. emails.Select(facts => ExplainEmail.Run(facts, depth))], depth);
    }

    /// <summary>A message of emails that are explained. Pure.</summary>
    public static ExplainedMessage Explain(
        Message message,
        IReadOnlyList<Email> emails,
        IReadOnlyList<ExplainedEmail> explained,
        Depth depth
    ) =>
        new()
        {
            Id = Ids.Show(Ids.Message, message.Id),
            TenantId = depth == Depth.Operator ? Ids.Show(Ids.Tenant, message.TenantId) : null,
            Status = PublicStatus.OfMessage(message.IsSandbox, [.. emails.Select(e => (e.State, e.Lane))]),
            Depth = depth,
            Summary =
                message.IsSandbox ? "It was checked and stored, and is never sent: the key is a test key, or the request says sandbox."
                : explained.Count == 0 ? "Nothing of its recipients is stored any more."
                : Summaries.OfMessage(explained),
            BodyDeletedAt = message.BodyDeletedAt,
            Notes = [.. Notes(message)],
            Actions = message.IsSandbox
                ? [new Advice("nothing", "Nothing: send it with a live key, without sandbox, to have it delivered")]
                : [],
            Emails = explained,
        };

    private static IEnumerable<string> Notes(Message message)
    {
        if (message.BodyDeletedAt is { } deletedAt)
            yield return $"What the message said was deleted at {Words.At(deletedAt)}: its time was over, or a recipient was erased. What happened to it is still known.";
        if (OnlyStored(message) is > 0 and var stored)
            yield return $"{(stored == 1 ? "One more recipient was" : $"{stored} more recipients were")} only checked and stored: the key is a test key, and plays only what is asked for.";
    }

    // Recipients of a test key without an email, beside some that are simulated.
    private static int OnlyStored(Message message)
    {
        if (message.IsSandbox || message.BodyDeletedAt is not null || MessageSettings.Read(message.Settings).Simulator is not { } simulator)
            return 0;
        return StoredContent.ReadPersonalization(message.Personalization).Recipients().Count(a => !simulator.HasEmail(a.Email));
    }

    private static bool IsDue(Email email, DateTimeOffset now) => email.Lane == EmailLane.Waiting && email.DueAt <= now;

    // MySQL finds it by other capitals or with spaces behind it, too.
    private static async Task<MailBatch?> BatchOfAsync(MailDb db, Message message, CancellationToken cancellationToken) =>
        message.BatchId is { } id
        && await db.MailBatches.AsNoTracking().SingleOrDefaultAsync(b => b.BatchId == id, cancellationToken) is { } batch
        && batch.BatchId == id
            ? batch
            : null;

    // As the waker sees it, see WakeDueEmails. Index (tenant_id, lane, due_at); the limit bounds the cost.
    private async Task<bool> IsWindowFullAsync(MailDb db, CancellationToken cancellationToken)
    {
        var window = fairness.Value.WokenWindow;
        var inFlight = await db.Emails.Where(e => e.Lane == EmailLane.InFlight).Take(window).CountAsync(cancellationToken);
        return window - inFlight < Math.Max(1, window / 4);
    }

    // Only what has ended may have ended because of a list.
    private static async Task<Dictionary<Guid, IReadOnlyList<Suppression>>> ListsOfAsync(
        MailDb db,
        IReadOnlyList<Email> emails,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<Guid, IReadOnlyList<Suppression>>();
        foreach (var some in emails.Where(e => e.State is EmailStatus.Dropped or EmailStatus.Bounced).Chunk(SuppressionCheck.MaxAddresses))
        {
            var keys = some.Select(e => SuppressedAddress.KeyOf(e.Recipient)).ToList();
            var entries = (
                await db.Suppressions.AsNoTracking().Where(s => keys.Contains(s.AddressKey)).ToListAsync(cancellationToken)
            ).ToLookup(s => Convert.ToHexString(s.AddressKey));
            foreach (var email in some)
                found[email.Id] = [.. entries[Convert.ToHexString(SuppressedAddress.KeyOf(email.Recipient))]];
        }
        return found;
    }
}
