using MassTransit.Mediator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Console.Suppressions;
using ScaiSend.Api.Messages;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Messages;

/// <summary>
/// <c>/console/messages/{id}/retry</c>, <c>cancel</c>, <c>fail</c>, <c>unlist</c> and <c>again</c>: a page that says what will happen, and a form that does it.
/// What is done is in the audit log before it is done, with the reason, which staff must give for other tenants' mail.
/// </summary>
public static class ActionEndpoints
{
    public static void MapMessageActions(this IEndpointRouteBuilder routes)
    {
        foreach (var action in MessageAction.All)
        {
            var path = $"/console/messages/{{id}}/{action.Word}";
            routes
                .MapGet(
                    path,
                    (HttpContext http, Visitor visitor, string id, ActionParts parts) => AskAsync(http, visitor, id, action, parts)
                )
                .PageOfTenant(action.Scope);
            routes
                .MapPost(
                    path,
                    (HttpContext http, Visitor visitor, string id, PostedForm form, ActionParts parts) =>
                        DoAsync(http, visitor, id, action, form, parts)
                )
                .PageOfTenant(action.Scope);
        }
    }

    private static async Task<IResult> AskAsync(HttpContext http, Visitor visitor, string id, MessageAction action, ActionParts parts)
    {
        if (await parts.Stories.ReadAsync(visitor, id, null, http.RequestAborted) is not { } story)
            return Trouble.NotFound("message");
        var model = await ModelAsync(http, visitor, story, action, parts, "", null);
        return model.IsPossible ? Show(model) : Trouble.TooLate($"“{action.Title}” is not possible now: the message is {story.Word}.");
    }

    private static async Task<IResult> DoAsync(
        HttpContext http,
        Visitor visitor,
        string id,
        MessageAction action,
        PostedForm form,
        ActionParts parts
    )
    {
        if (await parts.Stories.ReadAsync(visitor, id, null, http.RequestAborted) is not { } story)
            return Trouble.NotFound("message");
        var reason = form.Text("reason");
        var model = await ModelAsync(http, visitor, story, action, parts, reason, null);
        if (!model.IsPossible)
            return Trouble.TooLate($"“{action.Title}” is not possible any more: the message is {story.Word} now.");
        if (visitor.WrongReason(reason) is { } wrong)
            return Show(model with { Trouble = wrong });
        var chosen = form.Texts("on").ToHashSet();
        if (action == MessageAction.Unlist)
            return await UnlistAsync(
                http,
                visitor,
                story,
                model with
                {
                    Listed = [.. model.Listed.Where(l => chosen.Contains(l.Key))],
                },
                parts,
                reason
            );
        return action == MessageAction.Again
            ? await SendAgainAsync(http, visitor, story, model, chosen, form.Text("once"), parts, reason)
            : await TellAsync(http, visitor, story, model, parts, reason);
    }

    private static async Task<IResult> TellAsync(
        HttpContext http,
        Visitor visitor,
        MessageStory story,
        ActionModel model,
        ActionParts parts,
        string reason
    )
    {
        await NoteAsync(
            http,
            visitor,
            story,
            model.Action,
            parts,
            reason,
            new { MessageId = story.Message.Id, Emails = model.Takes.Count }
        );
        // One after the other: a message of a thousand recipients is no reason to keep the saga from others.
        var accepted = 0;
        foreach (var email in model.Takes)
        {
            if (await parts.TellAsync(model.Action, email.Id, http.RequestAborted) is { IsAccepted: true })
                accepted++;
        }
        return accepted == 0
            ? Trouble.TooLate("Meanwhile the mail went on, and it is too late for this.")
            : new SeeOther($"messages/{story.Id}", accepted == 1 ? model.Action.Done : $"{model.Action.Done} ({accepted} emails)");
    }

    private static async Task<IResult> UnlistAsync(
        HttpContext http,
        Visitor visitor,
        MessageStory story,
        ActionModel model,
        ActionParts parts,
        string reason
    )
    {
        if (model.Listed.Count == 0)
            return Trouble.BadForm("No list was chosen. Go back and tick at least one.");
        var target = new { MessageId = story.Message.Id, Lists = model.Listed.Select(l => l.Entry.List).Distinct() };
        await NoteAsync(http, visitor, story, model.Action, parts, reason, target);
        foreach (var listed in model.Listed)
            await parts.Lists.RemoveAsync(visitor.TenantId, listed, http.RequestAborted);
        return new SeeOther($"messages/{story.Id}", model.Action.Done);
    }

    private static async Task<IResult> SendAgainAsync(
        HttpContext http,
        Visitor visitor,
        MessageStory story,
        ActionModel model,
        HashSet<string> chosen,
        string once,
        ActionParts parts,
        string reason
    )
    {
        var to = model.Takes.Where(email => chosen.Contains(Ids.Show(Ids.Email, email.Id))).ToList();
        if (to.Count == 0)
            return Trouble.BadForm("Nobody was chosen. Go back and tick at least one recipient.");
        if (!await parts.Resend.MaySendAsync(story.Message, http.RequestAborted))
            return Trouble.TooLate("The tenant may not send from this address any more: its domain is not verified.");
        if (await parts.Detail.ContentAsync(story.Message, http.RequestAborted) is not { } content)
            return Trouble.TooLate("What the mail said was deleted meanwhile.");
        await NoteAsync(http, visitor, story, model.Action, parts, reason, new { MessageId = story.Message.Id, Emails = to.Count });
        var sent = await parts.Resend.SendAsync(story.Message, content, to, once, http.RequestAborted);
        return new SeeOther($"messages/{Ids.Show(Ids.Message, sent[0])}", model.Action.Done);
    }

    private static Task NoteAsync(
        HttpContext http,
        Visitor visitor,
        MessageStory story,
        MessageAction action,
        ActionParts parts,
        string reason,
        object target
    ) => parts.Audit.AddDoneAsync(action.AuditName, target, reason, visitor.Who.Who, http.RequestAborted, story.Message.TenantId);

    private static async Task<ActionModel> ModelAsync(
        HttpContext http,
        Visitor visitor,
        MessageStory story,
        MessageAction action,
        ActionParts parts,
        string reason,
        string? trouble
    )
    {
        IReadOnlyList<Email> takes = action.IsPossible(story.Message, story.Emails, parts.Time.GetUtcNow())
            ? [.. story.Emails.Where(email => action.Takes(email, parts.Time.GetUtcNow()))]
            : [];
        var listed = action == MessageAction.Unlist ? await parts.Lists.FindAsync(visitor.TenantId, takes, http.RequestAborted) : [];
        // A form sent twice by a nervous finger sends one mail.
        return new ActionModel(story, action, takes, listed, reason, trouble, Once: $"{Ids.New(parts.Time):N}");
    }

    private static Page Show(ActionModel model) =>
        Page.Of<ActionPage>(
            model.Trouble is null ? model.Action.Title : $"Error: {model.Action.Title}",
            model,
            model.Trouble is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}

/// <summary>What the actions work with.</summary>
public sealed record ActionParts(
    MessageStories Stories,
    MessageDetail Detail,
    ListedAddresses Lists,
    ResendMail Resend,
    AuditLog Audit,
    IMediator Mediator,
    TimeProvider Time
)
{
    /// <summary>Tells an email's saga what somebody wants.</summary>
    public Task<Transition?> TellAsync(MessageAction action, Guid emailId, CancellationToken cancellationToken) =>
        action.Wish!(emailId) switch
        {
            RetryRequested wish => Mediator.TellAsync(wish, cancellationToken),
            CancelRequested wish => Mediator.TellAsync(wish, cancellationToken),
            FailRequested wish => Mediator.TellAsync(wish, cancellationToken),
            var other => throw new InvalidOperationException($"Nobody asks the saga for {other.GetType().Name} here"),
        };
}

/// <summary>What an action's page says.</summary>
/// <param name="Takes">The emails that it would be done to.</param>
/// <param name="Listed">The lists that their addresses are on, where the action is about those.</param>
/// <param name="Once">Tells this form from others.</param>
public sealed record ActionModel(
    MessageStory Story,
    MessageAction Action,
    IReadOnlyList<Email> Takes,
    IReadOnlyList<ListedAddress> Listed,
    string Reason,
    string? Trouble,
    string Once
)
{
    public bool IsPossible => Takes.Count > 0 && (Action != MessageAction.Unlist || Listed.Count > 0);
}
