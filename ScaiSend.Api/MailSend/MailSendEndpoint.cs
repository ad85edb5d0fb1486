using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// <c>POST /v3/mail/send</c>: checks everything at once, commits, answers 202 with <c>message_id</c> or <c>message_ids</c> and <c>X-Message-Id</c>
/// (SendGrid's dialect: no body).
/// Errors: 400 (all of them at once), 401, 403, 413, 415, and 503 when the database or the blob store cannot take it now; each in SendGrid's envelope.
/// </summary>
public static class MailSendEndpoint
{
    /// <summary>How long a request that has arrived may wait for its commit before it is answered 503.</summary>
    public static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(15);

    public static void MapMailSend(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v3/mail/send", HandleAsync).Needs(Scopes.MailSend);

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        Caller caller,
        VerifiedDomains domains,
        AcceptMail accept,
        AcceptanceTerms terms,
        IBlobStore blobs,
        ILogger<AcceptMail> log
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            limit.CancelAfter(RequestBody.ReadLimit);
            await using var body = await RequestBody.ReadAsync(
                http.Request,
                new ArrivingContents(blobs, terms.Now),
                withHash: false,
                log,
                limit.Token
            );
            limit.CancelAfter(CommitLimit);
            return body.Refusal ?? await SendAsync(http, caller, body, domains, accept, terms, limit.Token);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested && e is not BadHttpRequestException)
        {
            // Nothing was promised: the caller tries again.
            log.LogWarning("A request was answered 503: {Reason}", e.Message);
            return SendGridErrors.Because(
                StatusCodes.Status503ServiceUnavailable,
                "The service cannot accept mail right now; try again later"
            );
        }
    }

    private static async Task<IResult> SendAsync(
        HttpContext http,
        Caller caller,
        RequestBody body,
        VerifiedDomains domains,
        AcceptMail accept,
        AcceptanceTerms terms,
        CancellationToken cancellationToken
    )
    {
        var outcome = MailSendRequest.Parse(body.Bytes, terms.Now, body.Contents);
        if (outcome.Mail is not { } mail)
            return new SendGridErrors(StatusCodes.Status400BadRequest, outcome.Errors);

        if (NeedsScheduling(mail) && !caller.Scopes.Contains(Scopes.MailSchedule))
            return SendGridErrors.Because(StatusCodes.Status403Forbidden, "Missing required scope: mail.schedule", "send_at");
        var isLive = !caller.IsTest && !mail.IsSandbox;
        if (isLive && !await domains.AllowAsync(caller.TenantId, mail.Content.From.Email, cancellationToken))
            return MailSendShape.NotVerified(http);

        body.Keep(mail.Content.Attachments);
        var ids = await accept.AcceptAsync(caller, mail, cancellationToken);
        return MailSendShape.Accepted(http, [.. ids.Select(id => Ids.Show(Ids.Message, id))], isSandbox: !isLive);
    }

    private static bool NeedsScheduling(ParsedMail mail) =>
        mail.SendAt is not null || mail.BatchId is not null || mail.Personalizations.Any(p => p.SendAt is not null);
}
