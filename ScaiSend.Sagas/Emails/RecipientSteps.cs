using MassTransit;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Sagas.Emails;

/// <summary>The verbs of <see cref="EmailStateMachine"/> for what a recipient does with a mail. Like <see cref="EmailSteps"/> pure; they move no email on.</summary>
internal sealed class RecipientSteps
{
    /// <summary>No person is faster: what comes sooner after delivery, or before it, is a receiver's scanner.</summary>
    public static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(2);

    public void RecordOpen(BehaviorContext<EmailState, EmailOpened> context) =>
        Open(context.Saga, Judged(context.Saga, context.Message.Visit));

    public void RecordClick(BehaviorContext<EmailState, LinkClicked> context) =>
        Click(context.Saga, context.Message with { Visit = Judged(context.Saga, context.Message.Visit) });

    public void Unsubscribe(BehaviorContext<EmailState, UnsubscribeRequested> context) => Unsubscribe(context.Saga, context.Message);

    /// <summary>An open by whomever the visit says.</summary>
    public static void Open(EmailState saga, Visit visit)
    {
        var flags = Mark(saga, visit, EmailMarks.Opened, EmailMarks.OpenedByMachine);
        saga.Record(EventTypes.Open, visit.At, null, DataOf(visit).Write(), flags);
    }

    /// <summary>A click by whomever its visit says.</summary>
    public static void Click(EmailState saga, LinkClicked click)
    {
        var flags = Mark(saga, click.Visit, EmailMarks.Clicked, EmailMarks.ClickedByMachine);
        var data = DataOf(click.Visit) with { Url = click.Url, UrlPart = click.IsInText ? "text" : "html", UrlIndex = click.Index };
        saga.Record(EventTypes.Click, click.Visit.At, null, data.Write(), flags);
    }

    /// <summary>The wish, and the entry on the list that it is about.</summary>
    public static void Unsubscribe(EmailState saga, UnsubscribeRequested wish)
    {
        var type = wish.GroupId is null ? EventTypes.Unsubscribe : EventTypes.GroupUnsubscribe;
        saga.Record(type, wish.Visit.At, null, (DataOf(wish.Visit) with { GroupId = wish.GroupId }).Write());
        saga.Suppress(
            new Suppression
            {
                TenantId = saga.TenantId,
                AddressKey = SuppressedAddress.KeyOf(saga.Recipient),
                List = wish.GroupId is null ? SuppressionList.GlobalUnsubscribes : SuppressionList.Group,
                GroupId = wish.GroupId ?? 0,
                Address = saga.Recipient,
                CreatedAt = wish.Visit.At,
                EmailId = saga.CorrelationId,
            }
        );
    }

    public void Resubscribe(BehaviorContext<EmailState, ResubscribeRequested> context)
    {
        var (saga, wish) = (context.Saga, context.Message);
        saga.Record(EventTypes.GroupResubscribe, wish.Visit.At, null, (DataOf(wish.Visit) with { GroupId = wish.GroupId }).Write());
        if (!saga.IsSimulated)
            saga.LeftGroups.Add(wish.GroupId);
    }

    // What the request alone did not betray, its time may.
    private static Visit Judged(EmailState saga, Visit visit)
    {
        if (visit.MachineReason is not null)
            return visit;
        if (saga.Status == EmailStatus.Delivering)
            return visit with { MachineReason = "before delivery" };
        return saga.Status == EmailStatus.Delivered && visit.At - saga.EndedAt < TooSoon
            ? visit with
            {
                MachineReason = "within 2 seconds of delivery",
            }
            : visit;
    }

    // People and machines each have a first time.
    private static EventFlags Mark(EmailState saga, Visit visit, EmailMarks byPerson, EmailMarks byMachine)
    {
        var mark = visit.MachineReason is null ? byPerson : byMachine;
        var flags = visit.MachineReason is null ? EventFlags.None : EventFlags.Machine;
        if (!saga.Marks.HasFlag(mark))
            flags |= EventFlags.First;
        saga.Marks |= mark;
        return flags;
    }

    private static EventData DataOf(Visit visit) =>
        new()
        {
            Ip = visit.Ip,
            UserAgent = visit.UserAgent,
            MachineReason = visit.MachineReason,
        };
}
