using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Batches;
using ScaiSend.Api.RateLimits;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Api.Simulation;
using ScaiSend.Contracts;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// <c>POST /v3/mail/send</c>: checks everything at once, commits, answers 202 with <c>message_id</c> or <c>message_ids</c> and <c>X-Message-Id</c>
/// (SendGrid's dialect: no body).
/// A request with an <c>Idempotency-Key</c> that comes again within 24 h is answered as the first time, with <c>Idempotency-Replayed: true</c>; 409 for another body.
/// With a test key and <c>X-ScaiSend-Simulate</c>, or to the simulator's addresses, the mail's life is played and nothing leaves.
/// Errors: 400 (all of them at once), 401, 403, 409, 413, 415, and 503 when the database or the blob store cannot take it now; each in SendGrid's envelope.
/// </summary>
public static class MailSendEndpoint
{
    /// <summary>How long a request that has arrived may wait for its commit before it is answered 503.</summary>
    public static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(15);

    public static void MapMailSend(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v3/mail/send", HandleAsync).Needs(Scopes.MailSend).CountsAs(Limit.MailSend);

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        Caller caller,
        VerifiedDomains domains,
        UsableTemplates templates,
        UsableGroups groups,
        AcceptMail accept,
        AcceptanceTerms terms,
        IBlobStore blobs,
        IdempotencyKeys keys,
        IssuedBatches batches,
        SimulatedRecipients simulated,
        ILogger<AcceptMail> log
    )
    {
        if ((IdempotencyKey.Refusal(http.Request.Headers) ?? SimulateHeader.Refusal(http.Request.Headers, caller)) is { } refusal)
            return refusal;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            limit.CancelAfter(RequestBody.ReadLimit);
            await using var body = await RequestBody.ReadAsync(
                http.Request,
                new ArrivingContents(blobs, terms.Now),
                withHash: IdempotencyKey.IsGiven(http.Request.Headers),
                log,
                limit.Token
            );
            limit.CancelAfter(CommitLimit);
            return body.Refusal
                ?? await SendAsync(http, caller, body, domains, templates, groups, accept, terms, keys, batches, simulated, limit.Token);
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
        UsableTemplates templates,
        UsableGroups groups,
        AcceptMail accept,
        AcceptanceTerms terms,
        IdempotencyKeys keys,
        IssuedBatches batches,
        SimulatedRecipients simulated,
        CancellationToken cancellationToken
    )
    {
        var outcome = MailSendRequest.Parse(body.Bytes, terms.Now, body.Contents);
        if (outcome.Mail is not { } request)
            return new SendGridErrors(StatusCodes.Status400BadRequest, outcome.Errors);
        var scenario = SimulateHeader.Of(http.Request.Headers);
        if (request.IsSandbox && scenario is not null)
            return SimulateHeader.ContradictsSandbox;
        var parsed = simulated.Mark(request, scenario, caller.IsTest);
        var isLive = !caller.IsTest && !parsed.IsSandbox;
        var isSandbox = !isLive && parsed.Simulator is null;
        var key = IdempotencyKey.IsGiven(http.Request.Headers) ? IdempotencyKey.Of(http.Request.Headers, caller, body.Hash()) : null;
        if (key is not null && await keys.FindAsync(caller.TenantId, key, cancellationToken) is { } earlier)
            return Answer(http, key, new Acceptance(earlier.MessageIds, earlier), isSandbox);
        outcome = await templates.ChooseAsync(caller.TenantId, parsed, cancellationToken);
        var isBatchKnown = parsed.BatchId is not { } batchId || await batches.AllowAsync(caller.TenantId, batchId, cancellationToken);
        var unknownGroup = await groups.ErrorAsync(caller.TenantId, parsed.GroupId, cancellationToken);
        if (outcome.Mail is not { } mail || !isBatchKnown || unknownGroup is not null)
            return new SendGridErrors(
                StatusCodes.Status400BadRequest,
                [
                    .. outcome.Errors,
                    .. isBatchKnown ? [] : new[] { BatchShape.UnknownBatch },
                    .. unknownGroup is null ? [] : new[] { unknownGroup },
                ]
            );

        if (NeedsScheduling(mail) && !caller.Scopes.Contains(Scopes.MailSchedule))
            return SendGridErrors.Because(StatusCodes.Status403Forbidden, "Missing required scope: mail.schedule", "send_at");
        if (isLive && !await domains.AllowAsync(caller.TenantId, mail.Content.From.Email, cancellationToken))
            return MailSendShape.NotVerified(http);

        body.Keep(mail.Content.Attachments);
        var acceptance = await accept.AcceptAsync(caller, mail, key, cancellationToken);
        return Answer(http, key, acceptance, isSandbox);
    }

    // A repeated request is answered as it was the first time; only a header tells.
    private static IResult Answer(HttpContext http, IdempotencyKey? key, Acceptance acceptance, bool isSandbox)
    {
        if (acceptance.Earlier is { } earlier)
        {
            if (!earlier.IsFor(key!))
                return IdempotencyKey.Conflict;
            http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        }
        return MailSendShape.Accepted(http, [.. acceptance.MessageIds.Select(id => Ids.Show(Ids.Message, id))], isSandbox);
    }

    private static bool NeedsScheduling(ParsedMail mail) =>
        mail.SendAt is not null || mail.BatchId is not null || mail.Personalizations.Any(p => p.SendAt is not null);
}
