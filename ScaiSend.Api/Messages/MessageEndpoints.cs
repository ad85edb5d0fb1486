using MassTransit.Mediator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Messages;

/// <summary>
/// <c>GET /v3/messages</c>, <c>GET /v3/messages/{id}</c>: any of the scopes <c>stats.read</c>, <c>mail.send</c>, <c>mail.cancel</c>.
/// <c>POST /v3/messages/{id}/cancel</c> (<c>mail.cancel</c>), <c>/retry</c> and <c>/fail</c> (<c>mail.send</c>): 200 with the message, 409 when its state does not allow it.
/// Errors otherwise: 401, 403, 404, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class MessageEndpoints
{
    private static readonly string[] Reading = [Scopes.StatsRead, Scopes.MailSend, Scopes.MailCancel];

    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/messages", ListAsync).OursNeeds(Reading).CountsAs(Limit.Messages);
        routes.MapGet("/v3/messages/{id}", GetAsync).OursNeeds(Reading);
        routes
            .MapPost("/v3/messages/{id}/cancel", Acting("cancelled", emailId => new CancelRequested(emailId)))
            .OursNeeds(Scopes.MailCancel);
        routes.MapPost("/v3/messages/{id}/retry", Acting("retried", emailId => new RetryRequested(emailId))).OursNeeds(Scopes.MailSend);
        routes.MapPost("/v3/messages/{id}/fail", Acting("failed", emailId => new FailRequested(emailId))).OursNeeds(Scopes.MailSend);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, MessageList list)
    {
        var fields = new QueryFields(http.Request.Query);
        var query = MessageListQuery.Read(fields);
        return fields.Refusal(http) ?? Results.Json(await list.ReadAsync(caller.TenantId, query, http.RequestAborted));
    }

    private static Task<IResult> GetAsync(HttpContext http, Caller caller, string id, MessageDetail detail) =>
        ShowAsync(http, caller, id, detail);

    private static Delegate Acting<T>(string done, Func<Guid, T> wish)
        where T : EmailFact =>
        (HttpContext http, Caller caller, string id, MessageDetail detail, MailDatabase database, IMediator mediator) =>
            ActAsync(http, caller, id, detail, database, done, emailId => mediator.TellAsync(wish(emailId), http.RequestAborted));

    /// <summary>Tells each email's saga; the message counts as acted on when at least one accepted.</summary>
    private static async Task<IResult> ActAsync(
        HttpContext http,
        Caller caller,
        string id,
        MessageDetail detail,
        MailDatabase database,
        string done,
        Func<Guid, Task<Transition?>> tell
    )
    {
        if (!Ids.TryRead(Ids.Message, id, out var messageId))
            return Refusals.NotFound(http, "Message", id);
        await using var db = database.For(caller.TenantId);
        if (!await db.Messages.AnyAsync(m => m.Id == messageId, http.RequestAborted))
            return Refusals.NotFound(http, "Message", id);
        var emails = await db.Emails.Where(e => e.MessageId == messageId).Select(e => e.Id).ToListAsync(http.RequestAborted);
        var answers = await Task.WhenAll(emails.Select(tell));
        return answers.Any(a => a is { IsAccepted: true })
            ? await ShowAsync(http, caller, id, detail)
            : new DetailError(StatusCodes.Status409Conflict, $"Message {id} cannot be {done} in its state");
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Caller caller, string id, MessageDetail detail) =>
        Ids.TryRead(Ids.Message, id, out var messageId)
        && await detail.ReadAsync(caller.TenantId, messageId, http.RequestAborted) is { } message
            ? Results.Json(message)
            : Refusals.NotFound(http, "Message", id);
}
