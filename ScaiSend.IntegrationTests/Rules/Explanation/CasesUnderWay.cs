using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Batches;
using static ScaiSend.IntegrationTests.Rules.Explanation.Lives;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>Mail that was not tried yet, or is being tried.</summary>
internal static class CasesUnderWay
{
    public static Dictionary<string, Case> All { get; } =
        new()
        {
            // Queued
            ["being rendered"] = new(
                _ => Done,
                Situation.BeingRendered,
                "being made into a mail",
                "handed to the stage that sends",
                "wait cancel"
            ),
            ["its renderer died"] = new(
                life => Later(life, TimeSpan.FromMinutes(3)),
                Situation.LeaseOver,
                "did not finish in time",
                "A worker takes it up again",
                "wait cancel",
                Unknown: "Whether a worker runs"
            ),
            ["scheduled"] = new(
                _ => Done,
                Situation.WaitsForSendAt,
                "sent at 2026-11-25 14:00:00 UTC",
                "made into a mail and sent",
                "retry wait cancel",
                Begin: () => SagaLife.Accepted(sendIn: TimeSpan.FromHours(2)),
                Because: "to be sent at 2026-11-25 14:00:00 UTC (send_at)"
            ),
            ["scheduled, its time has come"] = new(
                life => Later(life, TimeSpan.FromHours(2)),
                Situation.WaitsForWorker,
                "next worker that looks takes it up",
                "A worker takes it up",
                "wait cancel",
                Begin: () => SagaLife.Accepted(sendIn: TimeSpan.FromHours(2)),
                Unknown: "Whether a worker runs"
            ),
            ["over the tenant's window"] = new(
                _ => Done,
                Situation.WaitsForWindow,
                "waits for its turn",
                "enough of the sender's other mail has left",
                "wait cancel",
                life => life.Facts() with { IsWindowFull = true },
                () => SagaLife.Accepted(hasRoom: false)
            ),
            ["its batch is paused"] = new(
                life => life.TellAsync(v => new BatchPaused(Id, v)),
                Situation.BatchPaused,
                "its batch is paused",
                "When the batch is resumed",
                "resume_batch wait cancel",
                life => InBatch(life, BatchStatus.Pause),
                Because: "Its batch is paused"
            ),
            ["its batch was resumed a moment ago"] = new(
                life => life.TellAsync(v => new BatchPaused(Id, v)),
                Situation.BatchResumed,
                "Its batch was resumed",
                "A worker wakes it",
                "wait cancel",
                life => InBatch(life, null)
            ),
            ["its batch is cancelled"] = new(
                _ => Done,
                Situation.BatchCancelled,
                "unless the batch is resumed before",
                "It is withdrawn",
                "resume_batch cancel",
                life => InBatch(life, BatchStatus.Cancel),
                () => SagaLife.Accepted(sendIn: TimeSpan.FromHours(2))
            ),
            ["its batch is cancelled for good"] = new(
                _ => Done,
                Situation.BatchCancelled,
                "cancelled for good",
                "It is withdrawn",
                "nothing cancel",
                life => InBatch(life, BatchStatus.CancelForGood),
                () => SagaLife.Accepted(sendIn: TimeSpan.FromHours(2))
            ),
            ["due later for no stored reason"] = new(
                life => life.TellAsync(v => new BatchPaused(Id, v)),
                Situation.WaitsForItsTime,
                "goes on at 2026-11-28 12:00:00 UTC",
                "It goes on",
                "wait cancel",
                Unknown: "Why it is due only then"
            ),
            ["held by an operator"] = new(
                life => life.TellAsync(_ => new HoldRequested(Id)),
                Situation.HeldByOperator,
                "An operator of this installation holds it back",
                "When it is released",
                "ask_operator cancel",
                Because: "An operator holds it"
            ),
            ["held by an operator after a deferral"] = new(
                async life =>
                {
                    await DeferAsync(life);
                    await life.TellAsync(_ => new HoldRequested(Id));
                },
                Situation.HeldByOperator,
                "Nothing happens to it until it is released",
                "When it is released",
                "ask_operator cancel"
            ),
            ["held past its deadline"] = new(
                async life =>
                {
                    await life.TellAsync(_ => new HoldRequested(Id));
                    life.Advance(TimeSpan.FromHours(72));
                },
                Situation.PastDeadline,
                "Its deadline has passed",
                "A worker ends it",
                "wait cancel"
            ),
            // Processed
            ["handed over"] = new(
                life => life.TellAsync(v => new RenderingSucceeded(Id, v)),
                Situation.HandedOver,
                "about to be sent",
                "An attempt begins",
                "wait cancel",
                Because: "A mail was made of it"
            ),
            ["handed over, and the sender died"] = new(
                async life =>
                {
                    await life.TellAsync(v => new RenderingSucceeded(Id, v));
                    life.Advance(TimeSpan.FromMinutes(3));
                },
                Situation.LeaseOver,
                "taken up again by itself",
                "A worker takes it up again",
                "wait cancel"
            ),
            ["held back before its first attempt"] = new(
                life => life.TellAsync(v => new DeliveryHeldBack(Id, v, TimeSpan.FromSeconds(30), Busy, WasRendered: true)),
                Situation.HeldBack,
                $"was put off without an attempt: {Busy}. It goes on at 2026-11-25 12:00:31 UTC",
                "taken up again, and is sent or put off further",
                "wait cancel",
                Because: "put off without an attempt"
            ),
            ["its destination is suspended"] = new(
                life => life.TellAsync(v => new DeliveryHeldBack(Id, v, TimeSpan.FromMinutes(5), Paused, WasRendered: true)),
                Situation.Suspended,
                "mail to its receiver is suspended for now",
                "taken up again, and is sent or put off further",
                "wait ask_operator cancel",
                life => life.Facts() with { Suspensions = [Suspension(life)] },
                Because: "Mail to b.test is suspended until"
            ),
            ["its destination was suspended, and is not any more"] = new(
                life => life.TellAsync(v => new DeliveryHeldBack(Id, v, TimeSpan.FromMinutes(5), Paused, WasRendered: true)),
                Situation.SuspensionOver,
                "was suspended, which is over",
                "taken up again, and is sent or put off further",
                "wait retry cancel"
            ),
            ["its destination is suspended, and it is due"] = new(
                async life =>
                {
                    await life.TellAsync(v => new DeliveryHeldBack(Id, v, TimeSpan.FromMinutes(5), Paused, WasRendered: true));
                    life.Advance(TimeSpan.FromMinutes(6));
                },
                Situation.WaitsForWorker,
                "next worker that looks takes it up",
                "A worker takes it up",
                "wait cancel",
                life => life.Facts() with { Suspensions = [Suspension(life)] },
                Unknown: "Whether a worker runs"
            ),
            // Delivering
            ["being sent"] = new(
                StartAsync,
                Situation.BeingSent,
                "attempt 1 began at 2026-11-25 12:00:02 UTC",
                "The receiver's answer decides",
                "wait",
                Unknown: "What the server has answered so far",
                Because: "Attempt 1 began"
            ),
            ["its sender died in the attempt"] = new(
                async life =>
                {
                    await StartAsync(life);
                    life.Advance(TimeSpan.FromMinutes(13));
                },
                Situation.AttemptLost,
                "No end of attempt 1 was written down in time",
                "A worker takes it up again",
                "wait",
                Unknown: "Whether a worker runs"
            ),
            ["rendered again after a lost attempt"] = new(
                async life =>
                {
                    await StartAsync(life);
                    life.Advance(TimeSpan.FromMinutes(13));
                    life.Wake();
                    await life.TellAsync(v => new RenderingSucceeded(Id, v));
                },
                Situation.HandedOver,
                "about to be sent",
                "An attempt begins",
                "wait cancel",
                Unknown: "answered to attempt 1: it may have the mail already",
                Because: "No end of the attempt was written down"
            ),
        };
}
