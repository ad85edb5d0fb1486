using MassTransit.Mediator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Messages;

/// <summary>
/// <c>GET /v3/messages</c>, <c>GET /v3/messages/{id}</c>: any of the scopes <c>stats.read</c>, <c>mail.send</c>, <c>mail.cancel</c>.
/// <c>POST /v3/messages/{id}/cancel</c> (<c>mail.cancel</c>) and <c>/retry</c> (<c>mail.send</c>): 200 with the message, 409 when its state does not allow it.
/// Errors otherwise: 401, 403, 404, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class MessageEndpoints
{
    private static readonly string[] Reading = ["stats.read", "mail.send", "mail.cancel"];

    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/messages", ListAsync);
        routes.MapGet("/v3/messages/{id}", GetAsync);
        routes.MapPost("/v3/messages/{id}/cancel", CancelAsync);
        routes.MapPost("/v3/messages/{id}/retry", RetryAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ApiKeys keys, MessageList list)
    {
        var (caller, refusal) = await Door.EnterAsync(http, keys, Reading);
        if (caller is null)
            return Refuse(refusal!);
        var (query, errors) = MessageListQuery.Read(http.Request.Query);
        return query is null
            ? Results.Json(
                new
                {
                    detail = errors.Select(e => new
                    {
                        loc = new[] { "query", e.Name },
                        msg = e.Message,
                        type = "value_error",
                    }),
                },
                statusCode: StatusCodes.Status422UnprocessableEntity
            )
            : Results.Json(await list.ReadAsync(caller.TenantId, query, http.RequestAborted));
    }

    private static async Task<IResult> GetAsync(HttpContext http, string id, ApiKeys keys, MessageDetail detail)
    {
        var (caller, refusal) = await Door.EnterAsync(http, keys, Reading);
        return caller is null ? Refuse(refusal!) : await ShowAsync(http, caller, id, detail);
    }

    private static Task<IResult> CancelAsync(
        HttpContext http,
        string id,
        ApiKeys keys,
        MessageDetail detail,
        MailDatabase database,
        IMediator mediator
    ) =>
        ActAsync(
            http,
            id,
            keys,
            detail,
            database,
            "mail.cancel",
            "cancelled",
            emailId => mediator.TellAsync(new CancelRequested(emailId), http.RequestAborted)
        );

    private static Task<IResult> RetryAsync(
        HttpContext http,
        string id,
        ApiKeys keys,
        MessageDetail detail,
        MailDatabase database,
        IMediator mediator
    ) =>
        ActAsync(
            http,
            id,
            keys,
            detail,
            database,
            "mail.send",
            "retried",
            emailId => mediator.TellAsync(new RetryRequested(emailId), http.RequestAborted)
        );

    /// <summary>Tells each email's saga; the message counts as acted on when at least one accepted.</summary>
    private static async Task<IResult> ActAsync(
        HttpContext http,
        string id,
        ApiKeys keys,
        MessageDetail detail,
        MailDatabase database,
        string scope,
        string done,
        Func<Guid, Task<Transition?>> tell
    )
    {
        var (caller, refusal) = await Door.EnterAsync(http, keys, scope);
        if (caller is null)
            return Refuse(refusal!);
        if (!Ids.TryRead(Ids.Message, id, out var messageId))
            return NotFound(id);
        await using var db = database.For(caller.TenantId);
        if (!await db.Messages.AnyAsync(m => m.Id == messageId, http.RequestAborted))
            return NotFound(id);
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
            : NotFound(id);

    private static DetailError NotFound(string id) => new(StatusCodes.Status404NotFound, $"Message not found: {id}");

    private static DetailError Refuse(Refusal refusal) => new(refusal.StatusCode, refusal.Reason);
}
