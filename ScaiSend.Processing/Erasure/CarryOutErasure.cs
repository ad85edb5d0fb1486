using MassTransit.Mediator;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Processing.Erasure;

/// <summary>
/// Carries an erasure out: cancels what is still to be sent to the persons, erases every message that has ended, then their places on lists and in answers.
/// GUARANTEE: a job ends only after a pass that found nothing left and nobody waiting. A pass may run twice or break off anywhere: what is erased is not found again.
/// </summary>
public sealed class CarryOutErasure(EraseJobs jobs, TracesOfPersons traces, ErasedMessage erased, IMediator mediator, TimeProvider time)
{
    /// <summary>When messages are looked at again that have not ended.</summary>
    public static readonly TimeSpan WaitForEnd = TimeSpan.FromMinutes(1);

    /// <summary>One pass. The job is saved as done or as due again, unless we are to stop or it is somebody else's; then its lease brings it back.</summary>
    public async Task RunAsync(EraseJob job, CancellationToken cancellationToken)
    {
        var addresses = jobs.AddressesOf(job);
        var pass = new Pass(job, [.. addresses.Select(SuppressedAddress.IdOf)], new ErasureCounts(job.Counts));
        foreach (var some in addresses.Chunk(TracesOfPersons.MaxAddresses))
        {
            await CancelAsync(pass, some, cancellationToken);
            await EraseMessagesAsync(pass, some, cancellationToken);
            await traces.EraseSuppressionsAsync(job, [.. some.Select(SuppressedAddress.IdOf)], pass.Counts, cancellationToken);
            if (!await KeepAsync(pass, cancellationToken))
                return;
        }
        await EraseSandboxAsync(pass, cancellationToken);
        await traces.EraseAnswersAsync(job, new Redaction(addresses), pass.Counts, cancellationToken);
        job.Remaining = 0;
        foreach (var some in addresses.Chunk(TracesOfPersons.MaxAddresses))
            job.Remaining += await traces.RemainingAsync(job, some, cancellationToken);
        (job.Counts, job.Waiting) = (pass.Counts.Write(), pass.Waiting);
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
            if (!await KeepAsync(pass, cancellationToken))
                throw new OperationCanceledException("Somebody else goes on with this erasure");
        }
    }

    private async Task EraseSandboxAsync(Pass pass, CancellationToken cancellationToken)
    {
        while (await traces.SandboxAsync(pass.Job, cancellationToken) is { Count: > 0 } messages)
        {
            foreach (var (messageId, keys) in messages)
                if (pass.Keys.Overlaps(keys))
                    await EraseAsync(pass, messageId, cancellationToken);
            pass.Job.WalkedTo = messages[^1].Id;
            if (!await KeepAsync(pass, cancellationToken))
                throw new OperationCanceledException("Somebody else goes on with this erasure");
        }
    }

    private async Task EraseAsync(Pass pass, Guid messageId, CancellationToken cancellationToken)
    {
        if (await erased.RunAsync(messageId, pass.Keys, pass.Counts, cancellationToken) == MessageErasure.Waits)
            pass.Waiting++;
    }

    private async Task<bool> KeepAsync(Pass pass, CancellationToken cancellationToken)
    {
        pass.Job.Counts = pass.Counts.Write();
        return await jobs.SaveAsync(pass.Job, time.GetUtcNow() + EraseJobs.Lease, cancellationToken);
    }

    private sealed class Pass(EraseJob job, HashSet<Guid> keys, ErasureCounts counts)
    {
        public EraseJob Job => job;
        public HashSet<Guid> Keys => keys;
        public ErasureCounts Counts => counts;
        public int Waiting { get; set; }

        public bool IsTheirs(FoundEmail email) => keys.Contains(SuppressedAddress.IdOf(email.Recipient));
    }
}
