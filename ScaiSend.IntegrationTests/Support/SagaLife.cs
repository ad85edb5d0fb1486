using MassTransit;
using MassTransit.Context;
using MassTransit.Mediator;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Sagas.Emails;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>One email's life in memory, led by the real saga: it is told facts, and keeps the rows that would be stored.</summary>
public sealed class SagaLife
{
    public static readonly DateTimeOffset Birth = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly Leases Leases = new();

    private readonly IMediator _mediator;
    private readonly EmailState _saga;
    private readonly List<EmailEvent> _events = [];
    private readonly List<EmailAttempt> _attempts = [];
    private readonly List<Suppression> _suppressions = [];

    private SagaLife(EmailState saga, DateTimeOffset now)
    {
        (_saga, Clock) = (saga, new FakeTimeProvider(now));
        var retry = new RetrySchedule(new CurrentPolicy(), new Unchanging<RetryOptions>(new()));
        var machine = new EmailStateMachine(Clock, retry, Options.Create(Leases));
        _mediator = Bus.Factory.CreateMediator(configure => configure.StateMachineSaga(machine, new OneSaga(saga)));
    }

    public FakeTimeProvider Clock { get; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    public EmailStatus State => _saga.Status;

    /// <summary>As the door leaves it.</summary>
    public static SagaLife Accepted(bool hasRoom = true, TimeSpan? sendIn = null)
    {
        var startsAt = Birth + (sendIn ?? TimeSpan.Zero);
        return new SagaLife(
            new EmailState
            {
                CorrelationId = Guid.CreateVersion7(Birth),
                TenantId = Guid.CreateVersion7(Birth),
                Recipient = "ada@b.test",
                State = (int)EmailStatus.Queued,
                Version = 1,
                Lane = hasRoom && sendIn is null ? EmailLane.InFlight : EmailLane.Waiting,
                DueAt = hasRoom && sendIn is null ? Birth + Leases.Render : startsAt,
                StartsAt = startsAt,
                DeadlineAt = startsAt.AddHours(72),
                Events = EmailEvent.Acceptance,
            },
            Birth
        );
    }

    /// <summary>Tells a fact of this version, a second later; answers whether it was accepted.</summary>
    public async Task<bool> TellAsync(Func<int, EmailFact> fact)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        var told = fact(_saga.Version);
        _saga.IsChanged = false;
        await _mediator.Send(told, told.GetType(), TestContext.Current.CancellationToken);
        _events.AddRange(_saga.NewEvents);
        _attempts.AddRange(_saga.NewAttempts);
        foreach (var entry in _saga.NewSuppressions)
        {
            _suppressions.RemoveAll(s => s.List == entry.List && s.GroupId == entry.GroupId);
            _suppressions.Add(entry);
        }
        _saga.NewEvents.Clear();
        _saga.NewAttempts.Clear();
        _saga.NewSuppressions.Clear();
        return _saga.IsChanged;
    }

    /// <summary>Whether a fact would be accepted as things are; changes nothing.</summary>
    public async Task<bool> WouldTakeAsync(Func<Guid, EmailFact> wish) =>
        await new SagaLife(Copy(), Now).TakesAsync(wish(_saga.CorrelationId));

    /// <summary>What the waker does with it when it is due.</summary>
    public void Wake()
    {
        if (_saga.Lane == EmailLane.Ended || _saga.DueAt > Now)
            return;
        (_saga.Lane, _saga.Version) = (EmailLane.InFlight, _saga.Version + 1);
        _saga.DueAt = Now + (_saga.MailKey is null ? Leases.Render : Leases.Handover);
    }

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan time) => Clock.Advance(time);

    /// <summary>As stored, with a message that it is of.</summary>
    public EmailFacts Facts(Message? message = null) =>
        new(message ?? Mail(), Row(), [.. _events], [.. _attempts], Now) { Suppressions = [.. _suppressions] };

    /// <summary>A message for it.</summary>
    public Message Mail(string? settings = null, string? templateId = null, string? batchId = null) =>
        new()
        {
            Id = Guid.CreateVersion7(Birth),
            TenantId = _saga.TenantId,
            FromEmail = "hello@example.test",
            Subject = "A subject",
            ToEmails = "[]",
            Categories = "[]",
            Personalization = [],
            Settings = settings,
            TemplateId = templateId,
            BatchId = batchId,
            CreatedAt = Birth,
        };

    /// <summary>The row, perhaps of a person who was erased.</summary>
    public Email Row(string? recipient = null) =>
        new()
        {
            Id = _saga.CorrelationId,
            TenantId = _saga.TenantId,
            Recipient = recipient ?? _saga.Recipient,
            State = _saga.Status,
            Lane = _saga.Lane,
            Version = _saga.Version,
            DueAt = _saga.DueAt,
            DeadlineAt = _saga.DeadlineAt,
            StartsAt = _saga.StartsAt,
            CreatedAt = Birth,
            EndedAt = _saga.EndedAt,
            Attempts = _saga.Attempts,
            AttemptStartedAt = _saga.AttemptStartedAt,
            MailKey = _saga.MailKey,
            LastReply = recipient is null ? _saga.LastReply : null,
            Events = _saga.Events,
            Marks = _saga.Marks,
        };

    private async Task<bool> TakesAsync(EmailFact wish)
    {
        await _mediator.Send(wish, wish.GetType(), TestContext.Current.CancellationToken);
        return _saga.IsChanged;
    }

    private EmailState Copy() =>
        new()
        {
            CorrelationId = _saga.CorrelationId,
            TenantId = _saga.TenantId,
            Recipient = _saga.Recipient,
            StartsAt = _saga.StartsAt,
            State = _saga.State,
            Lane = _saga.Lane,
            Version = _saga.Version,
            DueAt = _saga.DueAt,
            DeadlineAt = _saga.DeadlineAt,
            EndedAt = _saga.EndedAt,
            Attempts = _saga.Attempts,
            AttemptStartedAt = _saga.AttemptStartedAt,
            MailKey = _saga.MailKey,
            LastReply = _saga.LastReply,
            Events = _saga.Events,
            Marks = _saga.Marks,
        };

    /// <summary>Always loads the same saga.</summary>
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
