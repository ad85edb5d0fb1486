using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Contracts;

namespace ScaiSend.Api.Console.Messages;

/// <summary>
/// <c>GET /console/messages/{id}</c>: what happened to a message and what may be done. <c>/live</c> tells a browser that shows it of each change, as
/// server-sent events.
/// </summary>
public static class MessagePageEndpoints
{
    public static void MapMessagePage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/messages/{id}", ShowAsync).PageOfTenant(SearchEndpoints.Reading);
        routes.MapGet("/console/messages/{id}/live", WatchAsync).PageOfTenant(SearchEndpoints.Reading);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, string id, MessageStories stories) =>
        await stories.ReadAsync(visitor, id, http.Request.Query["email"], http.RequestAborted) is { } story
            ? Page.Of<MessagePage>(ShownSubject.Of(story.Message.Subject), story)
            : Trouble.NotFound("message");

    private static async Task<IResult> WatchAsync(HttpContext http, Visitor visitor, string id, LiveMessages live)
    {
        if (
            !Ids.TryRead(Ids.Message, id, out var messageId)
            || await live.MarkAsync(visitor.TenantId, messageId, http.RequestAborted) is null
        )
            return Trouble.NotFound("message");
        Page.Guard(http.Response.Headers, Page.Policy);
        return live.TryOpen(visitor) is { } place
            ? Results.ServerSentEvents(live.WatchAsync(place, visitor.TenantId, messageId, http.RequestAborted))
            : Results.StatusCode(StatusCodes.Status429TooManyRequests);
    }
}
