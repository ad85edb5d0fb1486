using MassTransit.Mediator;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Processing.Erasure;

/// <summary>
/// Carries an erasure out: cancels what is still to be sent to the persons, erases every message that has ended, then their places on lists, in the texts of other
/// messages, and in answers.
/// GUARANTEE: a job ends only after a pass that found nothing left and nobody waiting. A pass may run twice or break off anywhere: what is erased is not found again.
/// </summary>
public sealed class CarryOutErasure(
    EraseJobs jobs,
    TracesOfPersons traces,
    TextsOfMessages texts,
    ErasedMessage erased,
    IMediator mediator,
    TimeProvider time
)
{
    /// <summary>When messages are looked at again that have not ended.</summary>
    public static readonly TimeSpan WaitForEnd = TimeSpan.FromMinutes(1);

    /// <summary>One pass. The job is saved as done or as due again, unless we are to stop or it is somebody else's; then its lease brings it back.</summary>
    public async Task RunAsync(EraseJob job, CancellationToken cancellationToken)
    {
        var addresses = jobs.AddressesOf(job);
        var pass = new Pass(job, new Persons(addresses), new ErasureCounts(job.Counts));
        foreach (var some in addresses.Chunk(TracesOfPersons.MaxAddresses))
        {
            await CancelAsync(pass, some, cancellationToken);
            await EraseMessagesAsync(pass, some, cancellationToken);
            await traces.EraseSuppressionsAsync(job, [.. some.Select(SuppressedAddress.IdOf)], pass.Counts, cancellationToken);
            if (!await KeepAsync(pass, cancellationToken))
                return;
        }
        await EraseFromTextsAsync(pass, cancellationToken);
        await traces.EraseAnswersAsync(job, pass.Persons.Redaction, pass.Counts, cancellationToken);
        job.Remaining = await RemainingAsync(pass, addresses, cancellationToken);
        (job.Counts, job.Waiting) = (pass.Counts.Write(), pass.Waiting.Count);
        var isDone = job.Waiting == 0 && job.Remaining == 0;
        await jobs.SaveAsync(job, isDone ? null : time.GetUtcNow() + WaitForEnd, cancellationToken);
    }

    // Those that are on the wire at this moment cannot be; they wait for their end.
    private async Task CancelAsync(Pass pass, string[] addresses, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await traces.EmailsAsync(pass.Job, addresses, last, " AND lane<>0", cancellationToken) is { Count: > 0 } emails)
        {
            last = emails[^1].MessageId;
            var answers = await Task.WhenAll(
                emails.Where(pass.IsTheirs).Select(e => mediator.TellAsync(new CancelRequested(e.Id), cancellationToken))
            );
            pass.Counts.Add("cancelled", answers.Count(a => a is { IsAccepted: true }));
        }
    }

    private async Task EraseMessagesAsync(Pass pass, string[] addresses, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await traces.EmailsAsync(pass.Job, addresses, last, "", cancellationToken) is { Count: > 0 } emails)
        {
            last = emails[^1].MessageId;
            foreach (var messageId in emails.Where(pass.IsTheirs).Select(e => e.MessageId).Distinct())
                await EraseAsync(pass, messageId, cancellationToken);
            await GoOnAsync(pass, cancellationToken);
        }
    }

    // From where the last pass had to leave something behind.
    private async Task EraseFromTextsAsync(Pass pass, CancellationToken cancellationToken)
    {
        var (last, isAllDone) = (pass.Job.WalkedTo ?? Guid.Empty, true);
        while (await texts.NextAsync(pass.Job, last, pass.Persons.Redaction, cancellationToken) is { Count: > 0 } messages)
        {
            foreach (var (messageId, isTelling) in messages)
                if (isTelling && !await EraseAsync(pass, messageId, cancellationToken))
                    isAllDone = false;
            last = messages[^1].Id;
            if (isAllDone)
                pass.Job.WalkedTo = last;
            if (messages.Exists(m => m.IsTelling) || IsLeaseHalfOver(pass))
                await GoOnAsync(pass, cancellationToken);
        }
    }

    // Whoever waits is counted there, and read again in the next pass.
    private async Task<int> RemainingAsync(Pass pass, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        var remaining = 0;
        foreach (var some in addresses.Chunk(TracesOfPersons.MaxAddresses))
            remaining += await traces.RemainingAsync(pass.Job, some, cancellationToken);
        if (pass.Waiting.Count > 0)
            return remaining;
        var last = Guid.Empty;
        while (await texts.NextAsync(pass.Job, last, pass.Persons.Redaction, cancellationToken) is { Count: > 0 } messages)
        {
            last = messages[^1].Id;
            remaining += messages.Count(m => m.IsTelling);
            if (IsLeaseHalfOver(pass))
                await GoOnAsync(pass, cancellationToken);
        }
        // Then the next pass reads all of them.
        if (remaining > 0)
            pass.Job.WalkedTo = null;
        return remaining;
    }

    // False: it has to wait.
    private async Task<bool> EraseAsync(Pass pass, Guid messageId, CancellationToken cancellationToken)
    {
        var waits = await erased.RunAsync(messageId, pass.Persons, pass.Counts, cancellationToken) == MessageErasure.Waits;
        if (waits)
            pass.Waiting.Add(messageId);
        return !waits;
    }

    // Most messages say nothing of the persons: a commit for each few of them would be most of a walk.
    private bool IsLeaseHalfOver(Pass pass) => pass.Job.DueAt - time.GetUtcNow() < EraseJobs.Lease / 2;

    private async Task GoOnAsync(Pass pass, CancellationToken cancellationToken)
    {
        if (!await KeepAsync(pass, cancellationToken))
            throw new OperationCanceledException("Somebody else goes on with this erasure");
    }

    private async Task<bool> KeepAsync(Pass pass, CancellationToken cancellationToken)
    {
        pass.Job.Counts = pass.Counts.Write();
        return await jobs.SaveAsync(pass.Job, time.GetUtcNow() + EraseJobs.Lease, cancellationToken);
    }

    private sealed class Pass(EraseJob job, Persons persons, ErasureCounts counts)
    {
        public EraseJob Job => job;
        public Persons Persons => persons;
        public ErasureCounts Counts => counts;

        /// <summary>Messages that have not ended.</summary>
        public HashSet<Guid> Waiting { get; } = [];

        public bool IsTheirs(FoundEmail email) => persons.Has(email.Recipient);
    }
}
