using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Platform.Storage.Suspensions;
using ScaiSend.Processing.Rendering;

namespace ScaiSend.IntegrationTests.Rules.Explanation;

/// <summary>Every state and every way into it, led by the real saga: what an explanation says of it.</summary>
public sealed class ExplanationTable
{
    private const string Busy = "All 20 connections to b.test are in use";
    private const string Paused = "Mail to b.test is suspended: 20 connections in a row failed, the last: Connection refused";

    /// <param name="Says">What the summary has in it.</param>
    /// <param name="Next">What the next step has in it; null: there is none.</param>
    /// <param name="Actions">What a program of the tenant may do, in order.</param>
    private sealed record Case(
        Func<SagaLife, Task> Live,
        Situation Situation,
        string Says,
        string? Next,
        string Actions,
        Func<SagaLife, EmailFacts>? Facts = null,
        Func<SagaLife>? Begin = null,
        string? Unknown = null,
        string? Because = null
    );

    private static readonly Dictionary<string, Case> Cases = new()
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
            $"put off for its receiver's sake: {Busy}. It goes on at 2026-11-25 12:00:31 UTC",
            "asked again whether it may go",
            "wait cancel",
            Because: "costs no attempt"
        ),
        ["its destination is suspended"] = new(
            life => life.TellAsync(v => new DeliveryHeldBack(Id, v, TimeSpan.FromMinutes(5), Paused, WasRendered: true)),
            Situation.Suspended,
            "mail to its receiver is suspended for now",
            "asked again whether it may go",
            "wait ask_operator cancel",
            life => life.Facts() with { Suspensions = [Suspension(life)] },
            Because: "Mail to b.test is suspended until"
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
            "Attempt 1 was never answered",
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
            Because: "stopped in the middle of it"
        ),
        // Deferred
        ["deferred by a 4xx"] = new(
            life => DeferAsync(life),
            Situation.WaitsForNextAttempt,
            "does not take it for now (451): 4.3.0 later. It is tried again at 2026-11-25 12:01:03 UTC",
            "Attempt 2 is made",
            "wait retry cancel",
            Because: "Attempt 1: The receiving server does not take it for now (451)"
        ),
        ["greylisted"] = new(
            life => DeferAsync(life, a => a with { Reply = "4.7.1 Greylisted, come back", Rule = "greylisted" }),
            Situation.WaitsForNextAttempt,
            "The receiving server greylists",
            "Attempt 2 is made",
            "wait retry cancel"
        ),
        ["no connection"] = new(
            life => DeferAsync(life, a => Trouble(a, "Connection refused (at connecting)", "connect")),
            Situation.WaitsForNextAttempt,
            "could not be reached: Connection refused",
            "Attempt 2 is made",
            "wait contact_receiver retry cancel"
        ),
        ["the connection broke off"] = new(
            life => DeferAsync(life, a => Trouble(a, "The server closed the connection at RCPT TO", "recipient")),
            Situation.WaitsForNextAttempt,
            "broke off",
            "Attempt 2 is made",
            "wait contact_receiver retry cancel"
        ),
        ["no answer in time"] = new(
            life => DeferAsync(life, a => Trouble(a, "No answer in time at EHLO", "hello")),
            Situation.WaitsForNextAttempt,
            "did not answer in time",
            "Attempt 2 is made",
            "wait contact_receiver retry cancel"
        ),
        ["DNS trouble"] = new(
            life => DeferAsync(life, a => Trouble(a, "DNS gave no answer for the domain's MX records", null)),
            Situation.WaitsForNextAttempt,
            "DNS gave no answer about the receiving domain",
            "Attempt 2 is made",
            "wait contact_receiver retry cancel"
        ),
        ["TLS trouble"] = new(
            life => DeferAsync(life, a => Trouble(a, "The handshake failed (at STARTTLS)", "tls")),
            Situation.WaitsForNextAttempt,
            "could not be encrypted",
            "Attempt 2 is made",
            "wait contact_receiver retry cancel"
        ),
        ["TLS is demanded by the policy"] = new(
            life => DeferAsync(life, a => Demand(a, "require (domain b.test)")),
            Situation.WaitsForNextAttempt,
            "not as safe as the delivery policy demands",
            "Attempt 2 is made",
            "wait contact_receiver retry cancel"
        ),
        ["TLS is demanded by MTA-STS"] = new(
            life => DeferAsync(life, a => Demand(a, "mta-sts enforce")),
            Situation.WaitsForNextAttempt,
            "not as safe as the receiving domain itself (MTA-STS) demands",
            "Attempt 2 is made",
            "wait contact_receiver retry cancel"
        ),
        ["a relay refuses our account"] = new(
            life => DeferAsync(life, a => Trouble(a, "The host offers no AUTH, and an account is set for it", "auth")),
            Situation.WaitsForNextAttempt,
            "did not take our account",
            "Attempt 2 is made",
            "wait ask_operator retry cancel"
        ),
        ["our store is away"] = new(
            life => DeferAsync(life, a => Trouble(a, "The blob store did not answer in time", null), mailKey: null),
            Situation.WaitsForNextAttempt,
            "Our own store did not give an attachment",
            "Attempt 2 is made",
            "wait ask_operator retry cancel"
        ),
        ["turned away at the greeting"] = new(
            life => DeferAsync(life, a => a with { ReplyCode = 554, Reply = "5.7.1 go away", Step = "greeting" }),
            Situation.WaitsForNextAttempt,
            "before it had heard of the mail",
            "Attempt 2 is made",
            "wait retry cancel"
        ),
        ["a 5xx that a rule defers"] = new(
            life => DeferAsync(life, a => a with { ReplyCode = 550, Reply = "5.1.1 unknown", Rule = "in-trouble" }),
            Situation.WaitsForNextAttempt,
            "the delivery policy says to try again",
            "Attempt 2 is made",
            "wait retry cancel"
        ),
        ["deferred, and the sender's proof is doubted"] = new(
            life => DeferAsync(life, a => a with { ReplyCode = 421, EnhancedStatusCode = "4.7.26", Reply = "4.7.26 not authenticated" }),
            Situation.WaitsForNextAttempt,
            "does not take it for now (421)",
            "Attempt 2 is made",
            "wait fix_domain retry cancel"
        ),
        ["deferred until its deadline"] = new(
            async life =>
            {
                for (var i = 0; i < 15; i++)
                {
                    await DeferAsync(life);
                    life.Advance(TimeSpan.FromHours(8));
                    life.Wake();
                    if (life.Row().DeadlineAt - life.Now <= TimeSpan.FromHours(8))
                        break;
                }
                await DeferAsync(life);
            },
            Situation.WaitsForDeadline,
            "No further attempt is planned before its deadline",
            "It is given up",
            "retry cancel"
        ),
        ["deferred, and its time has come"] = new(
            async life =>
            {
                await DeferAsync(life);
                life.Advance(TimeSpan.FromMinutes(2));
            },
            Situation.WaitsForWorker,
            "It is due",
            "A worker takes it up",
            "wait cancel"
        ),
        ["woken for its next attempt"] = new(
            async life =>
            {
                await DeferAsync(life);
                life.Advance(TimeSpan.FromMinutes(2));
                life.Wake();
            },
            Situation.NextAttemptBegins,
            "The next attempt is about to begin",
            "An attempt begins",
            "wait cancel"
        ),
        ["held back since its last attempt"] = new(
            async life =>
            {
                await DeferAsync(life);
                life.Advance(TimeSpan.FromMinutes(2));
                life.Wake();
                await life.TellAsync(v => new DeliveryHeldBack(Id, v, TimeSpan.FromMinutes(1), Busy));
            },
            Situation.HeldBack,
            Busy,
            "asked again whether it may go",
            "wait cancel",
            Because: "Since then it is put off"
        ),
        ["deferred while its batch is paused"] = new(
            life => DeferAsync(life),
            Situation.WaitsForNextAttempt,
            "It is tried again",
            "Attempt 2 is made",
            "wait retry cancel",
            life => InBatch(life, BatchStatus.Pause),
            Because: "and so not about this one"
        ),
        // Delivered
        ["delivered"] = new(
            DeliverAsync,
            Situation.Delivered,
            "The receiving server took it at 2026-11-25 12:00:03 UTC: 250 2.0.0 OK",
            null,
            "contact_receiver",
            Unknown: "inbox",
            Because: "The receiving server took it (250)"
        ),
        ["delivered and opened"] = new(
            async life =>
            {
                await DeliverAsync(life);
                life.Advance(TimeSpan.FromHours(1));
                await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, null)));
            },
            Situation.Delivered,
            "took it",
            null,
            "nothing"
        ),
        // Bounced
        ["an unknown user"] = new(
            life => RefuseAsync(life, BounceClass.Hard, 550, "5.1.1", "5.1.1 no such user"),
            Situation.BouncedHard,
            "the address is wrong or closed: 550 5.1.1 no such user",
            null,
            "remove_suppression fix_recipient"
        ),
        ["a domain without mail"] = new(
            life => RefuseAsync(life, BounceClass.Hard, null, "5.1.10", "The domain takes no mail (null MX)"),
            Situation.BouncedHard,
            "The domain takes no mail",
            null,
            "remove_suppression fix_recipient",
            Because: "The receiving domain takes no mail"
        ),
        ["a full mailbox"] = new(
            life => RefuseAsync(life, BounceClass.Soft, 552, "5.2.2", "5.2.2 mailbox full"),
            Situation.BouncedSoft,
            "trying again would not cure: 552 5.2.2 mailbox full",
            null,
            "contact_receiver send_again"
        ),
        ["a block"] = new(
            life => RefuseAsync(life, BounceClass.Block, 550, "5.7.1", "5.7.1 looks like spam"),
            Situation.Blocked,
            "not because of the address: 550 5.7.1 looks like spam",
            null,
            "contact_receiver send_again"
        ),
        ["a block for want of proof"] = new(
            life => RefuseAsync(life, BounceClass.Block, 550, "5.7.26", "5.7.26 not authenticated"),
            Situation.Blocked,
            "not because of the address",
            null,
            "fix_domain contact_receiver send_again"
        ),
        ["a block for a missing reverse name"] = new(
            life => RefuseAsync(life, BounceClass.Block, 550, "5.7.25", "5.7.25 no PTR"),
            Situation.Blocked,
            "not because of the address",
            null,
            "fix_dns contact_receiver send_again"
        ),
        ["expired after attempts"] = new(
            async life =>
            {
                await DeferAsync(life);
                life.Advance(TimeSpan.FromHours(72));
                life.Wake();
                await life.TellAsync(v => new DeadlinePassed(Id, v));
            },
            Situation.Expired,
            "given up at its deadline, after 1 attempt. Of the last one: the receiving server does not take it for now",
            null,
            "send_again",
            Because: "Its deadline came"
        ),
        ["expired without an attempt"] = new(
            async life =>
            {
                life.Advance(TimeSpan.FromHours(72));
                life.Wake();
                await life.TellAsync(v => new DeadlinePassed(Id, v));
            },
            Situation.Expired,
            "before any server was asked",
            null,
            "send_again"
        ),
        ["a deferral at the deadline"] = new(
            async life =>
            {
                await StartAsync(life);
                life.Advance(TimeSpan.FromHours(73));
                await life.TellAsync(v => new DeliveryDeferred(Id, v, Attempt(life), "mail/x"));
            },
            Situation.Expired,
            "given up at its deadline",
            null,
            "send_again"
        ),
        ["came back after delivery"] = new(
            async life =>
            {
                await DeliverAsync(life);
                await life.TellAsync(_ => new BounceReported(Id, BounceClass.Hard, "5.1.1", "no such user", "mx.test"));
            },
            Situation.BouncedAfterDelivery,
            "reported later that it could not be delivered: no such user",
            null,
            "remove_suppression contact_receiver fix_recipient",
            Because: "mx.test reported that it could not be delivered after all"
        ),
        // Dropped
        ["on the list of bounces"] = new(
            life => DropAsync(life, SuppressionRule.BouncedAddress),
            Situation.DroppedAsBounced,
            "on the list of bounces",
            null,
            "remove_suppression send_again",
            life => Listed(life, SuppressionList.Bounces),
            Because: "The address is on the list of bounces"
        ),
        ["on the list of bounces, and taken off since"] = new(
            life => DropAsync(life, SuppressionRule.BouncedAddress),
            Situation.DroppedAsBounced,
            "on the list of bounces",
            null,
            "send_again"
        ),
        ["an invalid address"] = new(
            life => DropAsync(life, SuppressionRule.Invalid),
            Situation.DroppedAsInvalid,
            "cannot exist",
            null,
            "fix_recipient remove_suppression send_again",
            life => Listed(life, SuppressionList.InvalidEmails)
        ),
        ["a spam report"] = new(
            life => DropAsync(life, SuppressionRule.SpamReportingAddress),
            Situation.DroppedAsSpamReport,
            "called earlier mail of this sender spam",
            null,
            "remove_suppression send_again",
            life => Listed(life, SuppressionList.SpamReports)
        ),
        ["unsubscribed from all"] = new(
            life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
            Situation.DroppedAsUnsubscribed,
            "unsubscribed from all mail",
            null,
            "nothing remove_suppression",
            life => Listed(life, SuppressionList.GlobalUnsubscribes)
        ),
        ["unsubscribed from the group"] = new(
            life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
            Situation.DroppedByGroup,
            "unsubscribed from mail of this group",
            null,
            "nothing remove_suppression",
            life => Listed(life, SuppressionList.Group, """{"asm":{"group_id":7}}""", group: 7)
        ),
        ["unsubscribed from all, with a group"] = new(
            life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
            Situation.DroppedAsUnsubscribed,
            "unsubscribed from all mail",
            null,
            "nothing remove_suppression",
            life => Listed(life, SuppressionList.GlobalUnsubscribes, """{"asm":{"group_id":7}}""")
        ),
        ["unsubscribed, and subscribed again since"] = new(
            life => DropAsync(life, SuppressionRule.UnsubscribedAddress),
            Situation.DroppedForAnUnsubscribe,
            "from all mail of this sender or from mail of this group",
            null,
            "nothing",
            life => life.Facts(life.Mail("""{"asm":{"group_id":7}}"""))
        ),
        ["dropped at a retry"] = new(
            async life =>
            {
                await DeferAsync(life);
                await life.TellAsync(v => new EmailSuppressed(Id, v, SuppressionRule.SpamReportingAddress));
            },
            Situation.DroppedAsSpamReport,
            "spam",
            null,
            "send_again",
            Because: "Attempt 1"
        ),
        // Failed
        ["a template's fault"] = new(
            life => life.TellAsync(v => new RenderingFailed(Id, v, $"{TemplatedContent.RenderError}: line 3, column 7: no such helper")),
            Situation.FailedInTemplate,
            "because of its template: Template Render Error: line 3, column 7: no such helper",
            null,
            "fix_template send_again",
            life => life.Facts(life.Mail(templateId: "d-1"))
        ),
        ["an attachment is gone"] = new(
            life => life.TellAsync(v => new RenderingFailed(Id, v, "An attachment is no longer stored")),
            Situation.FailedOtherwise,
            "No mail could be made of it: An attachment is no longer stored",
            null,
            "send_again"
        ),
        ["failed as its sender asked"] = new(
            life => life.TellAsync(_ => new FailRequested(Id)),
            Situation.FailedAsAsked,
            "Its sender gave it up",
            null,
            "send_again"
        ),
        ["cancelled"] = new(
            life => life.TellAsync(_ => new CancelRequested(Id)),
            Situation.Cancelled,
            "withdrawn before it was handed over",
            null,
            "send_again",
            Unknown: "Who withdrew it",
            Because: "It was withdrawn"
        ),
        // Erased
        ["delivered to a person who was erased"] = new(
            DeliverAsync,
            Situation.Delivered,
            "The receiving server took it at 2026-11-25 12:00:03 UTC.",
            null,
            "contact_receiver",
            ErasedFacts,
            Unknown: "erased on request"
        ),
        ["bounced at a person who was erased"] = new(
            life => RefuseAsync(life, BounceClass.Hard, 550, "5.1.1", "5.1.1 no such user"),
            Situation.BouncedHard,
            "the address is wrong or closed.",
            null,
            "fix_recipient",
            ErasedFacts,
            Unknown: "erased on request"
        ),
        ["expired for a person who was erased"] = new(
            async life =>
            {
                await DeferAsync(life);
                life.Advance(TimeSpan.FromHours(72));
                life.Wake();
                await life.TellAsync(v => new DeadlinePassed(Id, v));
            },
            Situation.Expired,
            "given up at its deadline",
            null,
            "send_again",
            ErasedFacts
        ),
        ["dropped for a person who was erased"] = new(
            life => DropAsync(life, SuppressionRule.BouncedAddress),
            Situation.DroppedUnexplained,
            "Which list is not stored any more",
            null,
            "send_again",
            ErasedFacts
        ),
        ["failed for a person who was erased"] = new(
            life => life.TellAsync(_ => new FailRequested(Id)),
            Situation.FailedUnexplained,
            "Why is not stored any more",
            null,
            "send_again",
            ErasedFacts
        ),
        ["bounced, and its events are gone"] = new(
            life => RefuseAsync(life, BounceClass.Hard, 550, "5.1.1", "5.1.1 no such user"),
            Situation.BouncedUnexplained,
            "Why is not stored any more",
            null,
            "send_again",
            life => life.Facts() with { Events = [], Attempts = [] },
            Unknown: "What came of 1 of its attempts"
        ),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task An_explanation_says_what_the_table_says(string name)
    {
        var it = Cases[name];
        var life = (it.Begin ?? (() => SagaLife.Accepted()))();
        await it.Live(life);
        var facts = (it.Facts ?? (one => one.Facts()))(life);

        var explained = ExplainEmail.Run(facts, Depth.Caller);

        Assert.Equal(it.Situation, explained.Situation);
        Assert.Contains(it.Says, explained.Summary, StringComparison.Ordinal);
        Assert.Equal(it.Next is null, explained.Next is null);
        Assert.Contains(it.Next ?? "", explained.Next?.Text ?? "", StringComparison.Ordinal);
        Assert.Equal(it.Actions, string.Join(' ', explained.Actions.Select(a => a.Action)));
        if (it.Unknown is { } unknown)
            Assert.Contains(explained.NotKnown, text => text.Contains(unknown, StringComparison.Ordinal));
        if (it.Because is { } because)
            Assert.Contains(explained.Because, fact => fact.Text.Contains(because, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_situation_has_a_case() => Assert.Empty(Enum.GetValues<Situation>().Except(Cases.Values.Select(it => it.Situation)));

    [Fact]
    public async Task Who_runs_the_installation_is_told_more_than_its_tenants_and_persons_more_than_programs()
    {
        var life = SagaLife.Accepted();
        for (var i = 0; i < 5; i++)
        {
            await DeferAsync(life, a => a with { Rule = "busy" });
            life.Advance(TimeSpan.FromHours(1));
            life.Wake();
        }
        var facts = life.Facts(life.Mail("""{"ip_pool_name":"news"}""")) with { Suspensions = [Suspension(life)] };

        var (caller, support, inside) = (
            ExplainEmail.Run(facts, Depth.Caller),
            ExplainEmail.Run(facts, Depth.Support),
            ExplainEmail.Run(facts, Depth.Operator)
        );

        Assert.Equal(
            (Story.AttemptsForCallers, 5, 5),
            (caller.Because.Count(f => f.Attempt > 0), support.Because.Count(f => f.Attempt > 0), inside.Because.Count(f => f.Attempt > 0))
        );
        Assert.All(caller.Because, f => Assert.Null(f.Provider ?? f.Step ?? f.MxHost ?? f.SourceAddress));
        Assert.Contains(caller.Because, f => f is { Rule: "busy", Reply: "451 4.3.0 later" });
        Assert.Contains(support.Because, f => f is { Provider: "b.test", Step: "recipient", MxHost: null, SourceAddress: null });
        Assert.Contains(inside.Because, f => f is { MxHost: "mx.b.test", MxAddress: "192.0.2.25:25", SourceAddress: "192.0.2.10" });
        Assert.Equal(("news", null, "192.0.2.10"), (caller.Next!.Pool, support.Next!.SourceAddress, inside.Next!.SourceAddress));
        Assert.Equal((null, null), (caller.Operations, support.Operations));
        Assert.Equal(("inflight", true), (inside.Operations!.Lane, inside.Operations.IsSpooled));
        Assert.Equal(facts.Email.DueAt, inside.Operations.LeaseUntil);
        Assert.Equal("b.test", Assert.Single(inside.Operations.Suspensions).Provider);
        Assert.DoesNotContain(support.Actions, a => a.Permission == "operator");
        Assert.Equal(["hold", "lift_suspension"], inside.Actions.Where(a => a.Permission == "operator").Select(a => a.Action));
        Assert.All(
            inside.Actions.Where(a => a.Permission == "operator"),
            a => Assert.StartsWith("scaisend ", a.Command, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_the_recipient_did_is_told_apart_by_persons_and_machines()
    {
        var life = SagaLife.Accepted();
        await DeliverAsync(life);
        life.Advance(TimeSpan.FromHours(1));
        await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, "an image proxy")));
        Assert.Contains("no person is known to have", Assert.Single(Afterwards()), StringComparison.Ordinal);

        await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, null)));
        await life.TellAsync(_ => new EmailOpened(Id, new Visit(life.Now, null, null, null)));
        await life.TellAsync(_ => new LinkClicked(Id, new Visit(life.Now, null, null, null), "https://x.test", false, 0));
        await life.TellAsync(_ => new ComplaintReported(Id, "abuse", "b.test"));
        await life.TellAsync(_ => new UnsubscribeRequested(Id, new Visit(life.Now, null, null, null), null));
        await life.TellAsync(_ => new UnsubscribeRequested(Id, new Visit(life.Now, null, null, null), 7));
        await life.TellAsync(_ => new ResubscribeRequested(Id, new Visit(life.Now, null, null, null), 7));

        Assert.Equal(
            [
                "Somebody opened it, 2 times",
                "Somebody followed a link in it",
                "The recipient called it spam, says b.test",
                "The recipient unsubscribed from all mail of this sender",
                "The recipient unsubscribed from group 7",
                "The recipient wants mail of group 7 again",
            ],
            Afterwards()
        );

        IEnumerable<string> Afterwards() => ExplainEmail.Run(life.Facts(), Depth.Caller).Afterwards.Select(f => f.Text);
    }

    [Fact]
    public async Task A_message_says_how_its_recipients_stand_and_that_its_body_is_gone()
    {
        var (one, two) = (SagaLife.Accepted(), SagaLife.Accepted());
        await DeliverAsync(one);
        await DeferAsync(two);
        var mail = one.Mail();
        mail.BodyDeletedAt = SagaLife.Birth;

        var both = MessageExplanation.Explain(
            mail,
            [one.Row(), two.Row()],
            [ExplainEmail.Run(one.Facts(), Depth.Support), ExplainEmail.Run(two.Facts(), Depth.Support)],
            Depth.Support
        );

        Assert.Equal(("2 recipients: 1 delivered, 1 deferred.", "deferred"), (both.Summary, both.Status));
        Assert.Contains(
            "What the message said was deleted at 2026-11-25 12:00:00 UTC",
            Assert.Single(both.Notes),
            StringComparison.Ordinal
        );
        Assert.Equal("Nothing of its recipients is stored any more.", MessageExplanation.Explain(mail, [], [], Depth.Support).Summary);
    }

    // The saga of a life takes a wish whatever email it names.
    private static Guid Id => Guid.Empty;

    private static Task Done => Task.CompletedTask;

    private static Task Later(SagaLife life, TimeSpan time)
    {
        life.Advance(time);
        return Done;
    }

    private static AttemptReport Attempt(SagaLife life) =>
        new(life.Now, TimeSpan.FromSeconds(1), "mx.b.test", "192.0.2.25:25", "TLS 1.3", 451, "4.3.0", "4.3.0 later")
        {
            Provider = "b.test",
            Source = "192.0.2.10",
            Step = "recipient",
        };

    private static AttemptReport Trouble(AttemptReport attempt, string words, string? step) =>
        attempt with
        {
            ReplyCode = null,
            EnhancedStatusCode = null,
            Reply = words,
            Step = step,
        };

    private static AttemptReport Demand(AttemptReport attempt, string policy) =>
        Trouble(attempt, $"The server offers no TLS, and the mail may not go without it: {policy}", "tls") with
        {
            EnhancedStatusCode = "4.7.5",
            TlsPolicy = policy,
        };

    private static async Task StartAsync(SagaLife life)
    {
        if (life.State == EmailStatus.Queued)
            await life.TellAsync(v => new RenderingSucceeded(Id, v));
        Assert.True(await life.TellAsync(v => new DeliveryStarted(Id, v)));
    }

    private static async Task DeferAsync(SagaLife life, Func<AttemptReport, AttemptReport>? change = null, string? mailKey = "mail/x")
    {
        await StartAsync(life);
        var attempt = Attempt(life);
        Assert.True(await life.TellAsync(v => new DeliveryDeferred(Id, v, change is null ? attempt : change(attempt), mailKey)));
    }

    private static async Task DeliverAsync(SagaLife life)
    {
        await StartAsync(life);
        var attempt = Attempt(life) with { ReplyCode = 250, EnhancedStatusCode = null, Reply = "2.0.0 OK" };
        Assert.True(await life.TellAsync(v => new DeliverySucceeded(Id, v, attempt)));
    }

    private static async Task RefuseAsync(SagaLife life, BounceClass bounceClass, int? code, string status, string reply)
    {
        await StartAsync(life);
        var attempt = Attempt(life) with { ReplyCode = code, EnhancedStatusCode = status, Reply = reply };
        if (code is null)
            attempt = attempt with { Step = null };
        Assert.True(await life.TellAsync(v => new DeliveryRefused(Id, v, attempt, bounceClass)));
    }

    private static Task DropAsync(SagaLife life, string reason) => life.TellAsync(v => new EmailSuppressed(Id, v, reason));

    private static EmailFacts InBatch(SagaLife life, BatchStatus? status) =>
        life.Facts(life.Mail(batchId: "b1")) with
        {
            Batch = new MailBatch
            {
                BatchId = "b1",
                Status = status,
                ChangedAt = status is null ? life.Now : null,
            },
        };

    private static EmailFacts Listed(SagaLife life, SuppressionList list, string? settings = null, int group = 0) =>
        life.Facts(life.Mail(settings)) with
        {
            Suppressions =
            [
                new Suppression
                {
                    AddressKey = SuppressedAddress.KeyOf("ada@b.test"),
                    Address = "ada@b.test",
                    List = list,
                    GroupId = group,
                    CreatedAt = SagaLife.Birth,
                },
            ],
        };

    private static Suspension Suspension(SagaLife life) =>
        new()
        {
            Id = Guid.Empty,
            Provider = "b.test",
            Cause = "20 connections in a row failed",
            StartedAt = SagaLife.Birth,
            EndsAt = life.Now.AddMinutes(10),
        };

    // As ErasedTraces and ErasedMessage leave it.
    private static EmailFacts ErasedFacts(SagaLife life)
    {
        var facts = life.Facts();
        return new EmailFacts(
            facts.Message,
            life.Row(Erased.Address),
            [.. facts.Events.Select(Bare)],
            [.. facts.Attempts.Select(Bare)],
            facts.Now
        );
    }

    private static Platform.Storage.Emails.EmailEvent Bare(Platform.Storage.Emails.EmailEvent e) =>
        new()
        {
            EmailId = e.EmailId,
            Number = e.Number,
            Type = e.Type,
            At = e.At,
            Reason = e.Reason is null ? null : Erased.Text,
            Data = e.Data,
            Flags = e.Flags,
        };

    private static Platform.Storage.Emails.EmailAttempt Bare(Platform.Storage.Emails.EmailAttempt a) =>
        new()
        {
            EmailId = a.EmailId,
            Number = a.Number,
            StartedAt = a.StartedAt,
            ReplyCode = a.ReplyCode,
            EnhancedStatusCode = a.EnhancedStatusCode,
            Reply = Erased.Text,
            Provider = a.Provider,
            Step = a.Step,
            Outcome = a.Outcome,
        };
}
