using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Simulation;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.IntegrationTests.Rules;

/// <summary>Every pair of state and fact: where it leads, or that it changes nothing.</summary>
public sealed class EmailSagaTable
{
    private static readonly Guid Id = new("0199a000-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly AttemptReport Attempt = new(
        Now,
        TimeSpan.FromSeconds(1),
        "mx.test",
        "127.0.0.1:25",
        null,
        450,
        "4.2.0",
        "4.2.0 later"
    );

    /// <summary>State after a current fact, by state before; a fact that is not listed is ignored there.</summary>
    private static readonly Dictionary<(EmailStatus, Type), EmailStatus> Table = new()
    {
        [(EmailStatus.Queued, typeof(RenderingSucceeded))] = EmailStatus.Processed,
        [(EmailStatus.Processed, typeof(RenderingSucceeded))] = EmailStatus.Processed,
        [(EmailStatus.Delivering, typeof(RenderingSucceeded))] = EmailStatus.Processed,
        [(EmailStatus.Deferred, typeof(RenderingSucceeded))] = EmailStatus.Processed,
        [(EmailStatus.Queued, typeof(RenderingFailed))] = EmailStatus.Failed,
        [(EmailStatus.Processed, typeof(RenderingFailed))] = EmailStatus.Failed,
        [(EmailStatus.Delivering, typeof(RenderingFailed))] = EmailStatus.Failed,
        [(EmailStatus.Deferred, typeof(RenderingFailed))] = EmailStatus.Failed,
        [(EmailStatus.Queued, typeof(BatchPaused))] = EmailStatus.Queued,
        [(EmailStatus.Processed, typeof(DeliveryStarted))] = EmailStatus.Delivering,
        [(EmailStatus.Deferred, typeof(DeliveryStarted))] = EmailStatus.Delivering,
        [(EmailStatus.Delivering, typeof(DeliveryStarted))] = EmailStatus.Delivering,
        [(EmailStatus.Processed, typeof(DeliveryHeldBack))] = EmailStatus.Processed,
        [(EmailStatus.Deferred, typeof(DeliveryHeldBack))] = EmailStatus.Deferred,
        [(EmailStatus.Delivering, typeof(DeliveryHeldBack))] = EmailStatus.Deferred,
        [(EmailStatus.Delivering, typeof(DeliverySucceeded))] = EmailStatus.Delivered,
        [(EmailStatus.Delivering, typeof(DeliveryRefused))] = EmailStatus.Bounced,
        [(EmailStatus.Delivering, typeof(DeliveryDeferred))] = EmailStatus.Deferred,
        [(EmailStatus.Queued, typeof(DeadlinePassed))] = EmailStatus.Bounced,
        [(EmailStatus.Processed, typeof(DeadlinePassed))] = EmailStatus.Bounced,
        [(EmailStatus.Delivering, typeof(DeadlinePassed))] = EmailStatus.Bounced,
        [(EmailStatus.Deferred, typeof(DeadlinePassed))] = EmailStatus.Bounced,
        [(EmailStatus.Queued, typeof(CancelRequested))] = EmailStatus.Cancelled,
        [(EmailStatus.Processed, typeof(CancelRequested))] = EmailStatus.Cancelled,
        [(EmailStatus.Deferred, typeof(CancelRequested))] = EmailStatus.Cancelled,
        [(EmailStatus.Queued, typeof(FailRequested))] = EmailStatus.Failed,
        [(EmailStatus.Processed, typeof(FailRequested))] = EmailStatus.Failed,
        [(EmailStatus.Deferred, typeof(FailRequested))] = EmailStatus.Failed,
        [(EmailStatus.Queued, typeof(EmailSuppressed))] = EmailStatus.Dropped,
        [(EmailStatus.Processed, typeof(EmailSuppressed))] = EmailStatus.Dropped,
        [(EmailStatus.Delivering, typeof(EmailSuppressed))] = EmailStatus.Dropped,
        [(EmailStatus.Deferred, typeof(EmailSuppressed))] = EmailStatus.Dropped,
        [(EmailStatus.Queued, typeof(HoldRequested))] = EmailStatus.Queued,
        [(EmailStatus.Processed, typeof(HoldRequested))] = EmailStatus.Processed,
        [(EmailStatus.Deferred, typeof(HoldRequested))] = EmailStatus.Deferred,
        [(EmailStatus.Delivered, typeof(BounceReported))] = EmailStatus.Bounced,
        [(EmailStatus.Delivered, typeof(ComplaintReported))] = EmailStatus.Delivered,
        [(EmailStatus.Bounced, typeof(ComplaintReported))] = EmailStatus.Bounced,
        [(EmailStatus.Queued, typeof(RetryRequested))] = EmailStatus.Queued,
        [(EmailStatus.Deferred, typeof(RetryRequested))] = EmailStatus.Deferred,
    };

    [Fact]
    public void The_picture_in_the_console_shows_these_steps() =>
        Assert.Equal(
            Table
                .Where(step => step.Key.Item1 != step.Value)
                .Select(step => (step.Key.Item1, step.Value))
                // Where one process renders and delivers, it tells both at once.
                .Append((EmailStatus.Queued, EmailStatus.Delivering))
                .Distinct()
                .Order(),
            Api.Console.Messages.StatePicture.Steps.SelectMany(step => step.Value.Select(to => (step.Key, to))).Order()
        );

    private static RetrySchedule NewSchedule(CurrentPolicy? policy = null) =>
        new(policy ?? new CurrentPolicy(), new Unchanging<RetryOptions>(new()));

    private static readonly Func<int, EmailFact>[] Facts =
    [
        version => new RenderingSucceeded(Id, version),
        version => new RenderingFailed(Id, version, "no template"),
        version => new BatchPaused(Id, version),
        version => new DeliveryStarted(Id, version),
        version => new DeliveryHeldBack(Id, version, TimeSpan.FromSeconds(3)),
        version => new DeliverySucceeded(Id, version, Attempt),
        version => new DeliveryRefused(Id, version, Attempt, BounceClass.Hard),
        version => new DeliveryDeferred(Id, version, Attempt, "mail/x"),
        version => new DeadlinePassed(Id, version),
        version => new EmailSuppressed(Id, version, "Bounced Address"),
        _ => new HoldRequested(Id),
        _ => new ReleaseRequested(Id),
        _ => new BounceReported(Id, BounceClass.Hard, "5.1.1", "550 5.1.1 no such user", "mx.test"),
        _ => new ComplaintReported(Id, "abuse", "mx.test"),
        _ => new CancelRequested(Id),
        _ => new FailRequested(Id),
        _ => new RetryRequested(Id),
    ];

    public static TheoryData<EmailStatus, int> Pairs
    {
        get
        {
            var pairs = new TheoryData<EmailStatus, int>();
            foreach (var state in Enum.GetValues<EmailStatus>())
            {
                for (var fact = 0; fact < Facts.Length; fact++)
                    pairs.Add(state, fact);
            }
            return pairs;
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_current_fact_leads_where_the_table_says_and_nowhere_else(EmailStatus state, int fact)
    {
        var saga = In(state);
        var told = Facts[fact](saga.Version);

        await RaiseAsync(saga, told);

        if (Table.TryGetValue((state, told.GetType()), out var expected))
        {
            Assert.Equal((expected, 8, true), (saga.Status, saga.Version, saga.IsChanged));
            // What has ended is owed nothing; what has not is due some time.
            Assert.Equal(saga.Status.IsEnded(), saga.DueAt is null);
            Assert.Equal(saga.Status.IsEnded(), saga.Lane == EmailLane.Ended);
            Assert.Equal(saga.Status.IsEnded(), saga.EndedAt is not null);
        }
        else
        {
            AssertUnchanged(saga, state);
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public async Task A_stale_fact_changes_nothing(EmailStatus state, int fact)
    {
        var saga = In(state);
        var told = Facts[fact](saga.Version - 1);
        // Wishes and reports name no version.
        if (told.Version == 0)
            return;

        await RaiseAsync(saga, told);

        AssertUnchanged(saga, state);
    }

    [Fact]
    public async Task Rendering_and_the_beginning_of_an_attempt_may_be_told_at_once()
    {
        var saga = In(EmailStatus.Queued);

        await RaiseAsync(saga, new DeliveryStarted(Id, saga.Version, WasRendered: true));

        Assert.Equal((EmailStatus.Delivering, 8, 1), (saga.Status, saga.Version, saga.Attempts));
        Assert.Equal(["processed"], saga.NewEvents.Select(e => e.Type));
    }

    [Fact]
    public async Task Rendering_and_holding_back_may_be_told_at_once()
    {
        var saga = In(EmailStatus.Queued);

        await RaiseAsync(saga, new DeliveryHeldBack(Id, saga.Version, TimeSpan.FromSeconds(3), "busy", WasRendered: true));

        Assert.Equal((EmailStatus.Processed, EmailLane.Waiting, 0), (saga.Status, saga.Lane, saga.Attempts));
        Assert.Equal("busy", saga.LastReply);
        Assert.Equal(["processed"], saga.NewEvents.Select(e => e.Type));
    }

    [Fact]
    public async Task An_attempt_that_was_never_answered_is_remembered_as_interrupted()
    {
        var saga = In(EmailStatus.Delivering);

        await RaiseAsync(saga, new RenderingSucceeded(Id, saga.Version));

        var attempt = Assert.Single(saga.NewAttempts);
        Assert.Equal(("interrupted", 1), (attempt.Outcome, attempt.Number));
        Assert.Null(saga.AttemptStartedAt);
    }

    [Fact]
    public async Task An_email_of_a_paused_batch_waits_until_its_deadline_and_nothing_is_reported()
    {
        var saga = In(EmailStatus.Queued);

        await RaiseAsync(saga, new BatchPaused(Id, saga.Version));

        Assert.Equal((EmailLane.Waiting, saga.DeadlineAt), (saga.Lane, saga.DueAt));
        Assert.Empty(saga.NewEvents);
    }

    [Fact]
    public async Task A_deferral_at_the_deadline_is_the_end()
    {
        var saga = In(EmailStatus.Delivering, deadline: Now);

        await RaiseAsync(saga, new DeliveryDeferred(Id, saga.Version, Attempt, "mail/x"));

        Assert.Equal(EmailStatus.Bounced, saga.Status);
        Assert.Equal(["deferred", "bounce"], saga.NewEvents.Select(e => e.Type));
    }

    [Theory]
    [InlineData(EmailStatus.Queued, true)]
    [InlineData(EmailStatus.Queued, false)]
    [InlineData(EmailStatus.Processed, true)]
    [InlineData(EmailStatus.Processed, false)]
    [InlineData(EmailStatus.Deferred, true)]
    [InlineData(EmailStatus.Deferred, false)]
    public async Task A_simulated_email_is_never_begun_as_real_mail_nor_real_mail_as_simulated(EmailStatus state, bool isSimulated)
    {
        var saga = In(state, marks: isSimulated ? EmailMarks.Simulated : EmailMarks.None);

        await RaiseAsync(saga, new DeliveryStarted(Id, saga.Version, WasRendered: true) { IsSimulated = !isSimulated });
        AssertUnchanged(saga, state);

        await RaiseAsync(saga, new DeliveryStarted(Id, saga.Version, WasRendered: true) { IsSimulated = isSimulated });
        Assert.Equal(EmailStatus.Delivering, saga.Status);
    }

    [Theory]
    [InlineData(Scenario.Delivered, "delivered")]
    [InlineData(Scenario.Deferred, "delivered")]
    [InlineData(Scenario.Complaint, "delivered spam_report")]
    [InlineData(Scenario.Open, "delivered open")]
    [InlineData(Scenario.Click, "delivered open click")]
    [InlineData(Scenario.Unsubscribe, "delivered group_unsubscribe")]
    public async Task What_a_simulated_recipient_does_is_told_with_the_delivery_and_suppresses_nobody(Scenario scenario, string events)
    {
        var saga = In(EmailStatus.Delivering, marks: EmailMarks.Simulated);
        var delivered = new DeliverySucceeded(Id, saga.Version, Attempt) { Simulated = new SimulatedLife(scenario, 7, null) };

        await RaiseAsync(saga, delivered);
        await RaiseAsync(saga, delivered);

        Assert.Equal(events.Split(' '), saga.NewEvents.Select(e => e.Type));
        Assert.All(saga.NewEvents, e => Assert.Equal(EventFlags.Simulated, e.Flags & (EventFlags.Simulated | EventFlags.Machine)));
        Assert.Empty(saga.NewSuppressions);
        Assert.True(saga.IsSimulated);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Only_a_real_bounce_suppresses(bool isSimulated, int entries)
    {
        var saga = In(EmailStatus.Delivering, marks: isSimulated ? EmailMarks.Simulated : EmailMarks.None);

        await RaiseAsync(saga, new DeliveryRefused(Id, saga.Version, Attempt, BounceClass.Hard));

        Assert.Equal((entries, EmailStatus.Bounced), (saga.NewSuppressions.Count, saga.Status));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(4, 30)]
    [InlineData(8, 480)]
    [InlineData(20, 480)]
    public void The_schedule_waits_longer_each_time_and_its_last_wait_repeats(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), NewSchedule().WaitAfter(attempts, null, "b.test", Guid.Empty));

    [Theory]
    [InlineData("ada@bücher.example")]
    [InlineData("Ada@Xn--Bcher-KVA.Example")]
    public async Task A_domains_schedule_counts_however_the_recipient_is_written(string recipient)
    {
        var policy = new CurrentPolicy();
        policy.Replace(
            new DeliveryPolicy
            {
                Domains = new Dictionary<string, Handling>
                {
                    ["xn--bcher-kva.example"] = new Handling { Schedule = [TimeSpan.FromMinutes(7)], GiveUpAfter = TimeSpan.FromHours(5) },
                },
            }
        );
        var saga = In(EmailStatus.Delivering, recipient: recipient);

        await RaiseAsync(saga, new DeliveryDeferred(Id, saga.Version, Attempt, "mail/x"), policy);

        Assert.Equal((Now.AddMinutes(7), saga.StartsAt.AddHours(5)), (saga.DueAt, saga.DeadlineAt));
    }

    private static void AssertUnchanged(EmailState saga, EmailStatus state)
    {
        Assert.Equal((state, 7, false), (saga.Status, saga.Version, saga.IsChanged));
        Assert.Empty(saga.NewEvents);
        Assert.Empty(saga.NewAttempts);
    }

    private static EmailState In(
        EmailStatus state,
        DateTimeOffset? deadline = null,
        string recipient = "ada@b.test",
        EmailMarks marks = EmailMarks.None
    ) =>
        new()
        {
            CorrelationId = Id,
            Recipient = recipient,
            State = (int)state,
            Version = 7,
            Lane = state.IsEnded() ? EmailLane.Ended : EmailLane.InFlight,
            DueAt = state.IsEnded() ? null : Now.AddMinutes(5),
            EndedAt = state.IsEnded() ? Now : null,
            StartsAt = (deadline ?? Now.AddHours(72)).AddHours(-72),
            DeadlineAt = deadline ?? Now.AddHours(72),
            Attempts = state == EmailStatus.Delivering ? 1 : 0,
            AttemptStartedAt = state == EmailStatus.Delivering ? Now.AddSeconds(-5) : null,
            Marks = marks,
        };

    private static async Task RaiseAsync(EmailState saga, EmailFact fact, CurrentPolicy? policy = null)
    {
        var machine = new EmailStateMachine(new FakeTimeProvider(Now), NewSchedule(policy), Options.Create(new Leases()));
        var mediator = Bus.Factory.CreateMediator(configure => configure.StateMachineSaga(machine, new OneSaga(saga)));
        await mediator.Send(fact, fact.GetType(), TestContext.Current.CancellationToken);
    }

    /// <summary>Always loads the same saga, and keeps what happened to it.</summary>
    private sealed class OneSaga(EmailState saga) : ISagaRepository<EmailState>
    {
        public Task Send<T>(ConsumeContext<T> context, ISagaPolicy<EmailState, T> policy, IPipe<SagaConsumeContext<EmailState, T>> next)
            where T : class => policy.Existing(new DefaultSagaConsumeContext<EmailState, T>(context, saga), next);

        public Task SendQuery<T>(
            ConsumeContext<T> context,
            ISagaQuery<EmailState> query,
            ISagaPolicy<EmailState, T> policy,
            IPipe<SagaConsumeContext<EmailState, T>> next
        )
            where T : class => throw new NotSupportedException();

        public void Probe(ProbeContext context) { }
    }
}
