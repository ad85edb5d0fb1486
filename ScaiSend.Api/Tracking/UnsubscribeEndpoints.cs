using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using ScaiSend.Contracts.Tracking;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// <c>GET</c> and <c>HEAD /t/u/{token}</c> show what a recipient gets of a sender and change nothing: scanners follow links. <c>POST</c> with <c>action</c>
/// (<c>unsubscribe_all</c>, <c>unsubscribe_group</c>, <c>resubscribe_group</c>; the latter two with <c>group_id</c>) changes it and shows it;
/// with <c>List-Unsubscribe=One-Click</c> (RFC 8058) it unsubscribes and shows nothing. 404 for a token that is not ours, 400 for another form, 503 when
/// nothing could be saved.
/// </summary>
// No defence against forged posts of other sites is needed: there is no cookie and no session that they could use. Who can post is who has the
// token, and he could have opened the page.
public static class UnsubscribeEndpoints
{
    private const string Path = $"{TrackingPaths.Unsubscribe}{{token}}";

    public static void MapUnsubscribes(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], ShowAsync);
        routes.MapPost(Path, ChangeAsync);
    }

    private static Task<IResult> ShowAsync(
        HttpContext http,
        string token,
        TrackingTokens tokens,
        StoredSubscriptions subscriptions,
        MailDatabase database,
        ILogger<ChangeSubscription> log
    ) =>
        OrLater(
            http,
            database,
            log,
            async words =>
            {
                if (
                    !tokens.TryReadUnsubscribe(token, out var offer)
                    || await subscriptions.FindAsync(offer!, http.RequestAborted) is not { } found
                )
                    return UnsubscribePage.BadLink(words);
                return UnsubscribePage.Show(words, offer!.Recipient, found, done: null);
            }
        );

    private static Task<IResult> ChangeAsync(
        HttpContext http,
        string token,
        TrackingTokens tokens,
        StoredSubscriptions subscriptions,
        ChangeSubscription change,
        TrustedProxies proxies,
        TimeProvider time,
        MailDatabase database,
        ILogger<ChangeSubscription> log
    ) =>
        OrLater(
            http,
            database,
            log,
            async words =>
            {
                if (
                    !tokens.TryReadUnsubscribe(token, out var offer)
                    || await subscriptions.FindAsync(offer!, http.RequestAborted) is not { } found
                )
                    return UnsubscribePage.BadLink(words);
                var form = await UnsubscribeForm.ReadAsync(http);
                if (form is null || form.GroupId is not null && found.Group(form.GroupId) is null)
                    return UnsubscribePage.BadForm(words);
                // Whoever wants no more must not come too late because his browser went away.
                var visitor = Visitor.Of(http, proxies, time);
                return form.Wish switch
                {
                    UnsubscribeWish.JoinGroup => await JoinAsync(found.Group(form.GroupId)!),
                    UnsubscribeWish.LeaveGroup => await LeaveAsync(found.Group(form.GroupId)!),
                    UnsubscribeWish.LeaveAll => await LeaveAllAsync(),
                    // Of a group that is gone nothing can be left but everything.
                    _ when found.Group(offer!.GroupId) is { } group => await OneClickAsync(() => LeaveAsync(group)),
                    _ => await OneClickAsync(LeaveAllAsync),
                };

                async Task<IResult> LeaveAllAsync()
                {
                    if (!found.IsOffEverything)
                        await change.UnsubscribeAsync(offer!, visitor, groupId: null, CancellationToken.None);
                    var done = found.IsOffEverything ? words.AlreadyAll : words.DoneAll;
                    return UnsubscribePage.Show(words, offer!.Recipient, found with { IsOffEverything = true }, new PageNotice(done));
                }

                async Task<IResult> LeaveAsync(GroupChoice group)
                {
                    if (!group.IsOff)
                        await change.UnsubscribeAsync(offer!, visitor, group.Id, CancellationToken.None);
                    var done = new PageNotice(group.IsOff ? words.AlreadyLeft : words.DoneLeave, group.Name);
                    return UnsubscribePage.Show(words, offer!.Recipient, found.With(group.Id, isOff: true), done);
                }

                async Task<IResult> JoinAsync(GroupChoice group)
                {
                    if (group.IsOff)
                        await change.ResubscribeAsync(offer!, visitor, group.Id, CancellationToken.None);
                    var done = new PageNotice(group.IsOff ? words.DoneJoin : words.AlreadyJoined, group.Name);
                    return UnsubscribePage.Show(words, offer!.Recipient, found.With(group.Id, isOff: false), done);
                }
            }
        );

    private static async Task<IResult> OneClickAsync(Func<Task<IResult>> leave)
    {
        await leave();
        return Results.StatusCode(StatusCodes.Status200OK);
    }

    // A person reads the answer, so an outage is told on a page too.
    private static async Task<IResult> OrLater(HttpContext http, MailDatabase database, ILogger log, Func<PageWords, Task<IResult>> answer)
    {
        var words = PageWords.In(PageLanguage.Of(http.Request.Headers.AcceptLanguage));
        try
        {
            return await answer(words);
        }
        catch (Exception e) when (Requests.Troubles.IsOutage(database, e) && !http.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning("A recipient was asked to come again: {Reason}", e.Message);
            http.Response.Headers.RetryAfter = "120";
            return UnsubscribePage.Later(words);
        }
    }
}
