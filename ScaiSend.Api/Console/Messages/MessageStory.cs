using System.Text.Json;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Messages;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Api.Webhooks;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Console.Messages;

/// <summary>One message for people: what happened, why, and what may be done; of several recipients one in full.</summary>
/// <param name="Shown">The email that is told of in full; null when there is none.</param>
/// <param name="Deliveries">What webhooks were told; null for one who may not see that.</param>
public sealed record MessageStory(
    Message Message,
    IReadOnlyList<Email> Emails,
    Email? Shown,
    ExplainedMessage Explained,
    StatePicture? Picture,
    IReadOnlyList<TimelineEntry> Timeline,
    IReadOnlyList<EventDelivery>? Deliveries,
    IReadOnlyList<MessageAction> Actions
)
{
    public string Id => Ids.Show(Ids.Message, Message.Id);

    public string Word => PublicStatus.OfMessage(Message.IsSandbox, [.. Emails.Select(e => (e.State, e.Lane))]);

    public ExplainedEmail? Told => Shown is { } shown ? Explained.Emails.FirstOrDefault(e => e.Id == Ids.Show(Ids.Email, shown.Id)) : null;

    public string Recipients =>
        (JsonSerializer.Deserialize<string[]>(Message.ToEmails) ?? []) is [var first, .. var others]
            ? others.Length == 0
                ? first
                : $"{first} and {others.Length} more"
            : "";

    /// <summary>See <see cref="LiveMessages.MarkAsync"/>.</summary>
    public string Mark => LiveMessages.Mark(Emails.Sum(e => e.Version), Emails.Sum(e => e.Events));

    /// <summary>Whether a webhook is still to be told of something.</summary>
    public bool IsOwed => Deliveries?.Any(d => d.State == WebhookDeliveryState.Owed) == true;

    /// <summary>Whether it may still change by itself, or be opened soon.</summary>
    public bool IsLive(DateTimeOffset now) => Emails.Any(e => !e.State.IsEnded() || e.EndedAt > now - LiveAfterEnd);

    private static readonly TimeSpan LiveAfterEnd = TimeSpan.FromMinutes(10);
}

/// <summary>Reads a message's story.</summary>
public sealed class MessageStories(MailDatabase database, MessageExplanation explanation, EventDeliveries deliveries, TimeProvider time)
{
    /// <summary>Null when the visitor's tenant has no such message.</summary>
    /// <param name="emailId">Which email is told of in full; else the one that needs somebody most.</param>
    public async Task<MessageStory?> ReadAsync(Visitor visitor, string id, string? emailId, CancellationToken cancellationToken)
    {
        if (!Ids.TryRead(Ids.Message, id, out var messageId))
            return null;
        var depth = visitor.Who.IsStaff ? Depth.Operator : Depth.Support;
        MessageRows? rows;
        await using (var db = database.For(visitor.TenantId))
            rows = await MessageRows.ReadAsync(db, messageId, cancellationToken);
        if (rows is null || await explanation.ReadAsync(visitor.TenantId, messageId, depth, cancellationToken) is not { } explained)
            return null;
        var order = PublicStatus.Order.ToList();
        var emails = rows.Emails.OrderBy(e => order.IndexOf(e.State)).ToList();
        var shown = Ids.TryRead(Ids.Email, emailId, out var named) ? emails.FirstOrDefault(e => e.Id == named) : emails.FirstOrDefault();
        return new MessageStory(
            rows.Message,
            emails,
            shown,
            explained,
            shown is null ? null : StatePicture.Of(shown, rows.Events[shown.Id]),
            shown is null ? [] : Timeline.Of(shown, rows.Events[shown.Id], rows.Attempts[shown.Id]),
            visitor.May(Authentication.Scopes.WebhooksRead) ? await deliveries.ReadAsync(visitor.TenantId, id, cancellationToken) : null,
            [.. MessageAction.All.Where(a => visitor.May(a.Scope) && IsPossible(a, rows.Message, emails, explained))]
        );
    }

    private bool IsPossible(MessageAction action, Message message, IReadOnlyList<Email> emails, ExplainedMessage explained) =>
        action.IsPossible(message, emails, time.GetUtcNow())
        && (action != MessageAction.Unlist || explained.Emails.Any(e => e.Actions.Any(a => a.Action == "remove_suppression")));
}
