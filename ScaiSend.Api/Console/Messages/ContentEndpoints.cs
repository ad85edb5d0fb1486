using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Console.Layout;
using ScaiSend.Api.Console.Session;
using ScaiSend.Api.Messages;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Messages;

/// <summary>
/// What a mail says. <c>GET /console/messages/{id}/content</c>: its parts as text, and its HTML in a frame that may do nothing; <c>/preview</c>: that HTML;
/// <c>/raw</c>: the bytes as they are sent, while they are kept. Each look of staff at another tenant's mail is in that tenant's audit log first.
/// </summary>
public static class ContentEndpoints
{
    /// <summary>A mail's own styles and pictures that it carries along; no script, no form, nothing from elsewhere, and nobody else frames it.</summary>
    private const string PreviewPolicy =
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; sandbox; frame-ancestors 'self'";

    public static void MapMessageContent(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/console/messages/{id}/content", ShowAsync).PageOfTenant(SearchEndpoints.Reading);
        routes.MapGet("/console/messages/{id}/preview", PreviewAsync).PageOfTenant(SearchEndpoints.Reading);
        routes.MapGet("/console/messages/{id}/raw", DownloadAsync).PageOfTenant(SearchEndpoints.Reading);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Visitor visitor, string id, ContentParts parts)
    {
        if (await parts.LookAsync(visitor, id, http.RequestAborted) is not { } message)
            return Trouble.NotFound("message");
        var content = await parts.Detail.ContentAsync(message, http.RequestAborted);
        var filled = content is null ? null : await parts.Filled.FillAsync(message, content, http.RequestAborted);
        return Page.Of<ContentPage>(
            "What the mail says",
            new ContentModel(message, content, filled, await parts.SpooledAsync(visitor, message, http.RequestAborted))
        );
    }

    private static async Task<IResult> PreviewAsync(HttpContext http, Visitor visitor, string id, ContentParts parts)
    {
        if (
            await parts.LookAsync(visitor, id, http.RequestAborted) is not { } message
            || await parts.Detail.ContentAsync(message, http.RequestAborted) is not { } content
            || (await parts.Filled.FillAsync(message, content, http.RequestAborted)).Html is not { } html
        )
            return Trouble.NotFound("message");
        Page.Guard(http.Response.Headers, PreviewPolicy);
        return Results.Text(html, "text/html; charset=utf-8");
    }

    private static async Task<IResult> DownloadAsync(HttpContext http, Visitor visitor, string id, ContentParts parts)
    {
        if (
            await parts.LookAsync(visitor, id, http.RequestAborted) is not { } message
            || await parts.SpooledAsync(visitor, message, http.RequestAborted) is not { } email
            || await parts.Blobs.GetMailAsync(email.MailKey!, http.RequestAborted) is not { Files: null or { Count: 0 } } mail
        )
            return Trouble.NotFound("stored mail");
        Page.Guard(http.Response.Headers, PreviewPolicy);
        return Results.Bytes(mail.Bytes.ToArray(), "message/rfc822", $"{Ids.Show(Ids.Email, email.Id)}.eml");
    }
}

/// <summary>What a look at a mail needs.</summary>
public sealed record ContentParts(MailDatabase Database, MessageDetail Detail, FilledContents Filled, IBlobStore Blobs, AuditLog Audit)
{
    /// <summary>The message; the look is written down where it has to be. Null when the visitor's tenant has no such message.</summary>
    public async Task<Message?> LookAsync(Visitor visitor, string id, CancellationToken cancellationToken)
    {
        if (!Ids.TryRead(Ids.Message, id, out var messageId))
            return null;
        await using var db = Database.For(visitor.TenantId);
        var message = await db.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == messageId, cancellationToken);
        if (message is not null && visitor.IsAway)
            await Audit.AddDoneAsync(
                "content_look",
                new { MessageId = messageId },
                visitor.Look!.Reason,
                visitor.Who.Who,
                cancellationToken,
                visitor.TenantId
            );
        return message;
    }

    /// <summary>An email of the message whose signed bytes are kept, as they are between its attempts; null when none is.</summary>
    public async Task<Email?> SpooledAsync(Visitor visitor, Message message, CancellationToken cancellationToken)
    {
        await using var db = Database.For(visitor.TenantId);
        return await db
            .Emails.AsNoTracking()
            .Where(e => e.MessageId == message.Id && e.MailKey != null && e.Lane != EmailLane.Ended)
            .OrderBy(e => e.Id)
            .FirstOrDefaultAsync(cancellationToken);
    }
}

/// <summary>What a mail says, for people.</summary>
/// <param name="Content">As the request had it; null when the body was deleted.</param>
/// <param name="Filled">As recipients read it; null when the body was deleted.</param>
/// <param name="Spooled">An email whose bytes can be downloaded.</param>
public sealed record ContentModel(Message Message, MessageContent? Content, FilledContent? Filled, Email? Spooled)
{
    public string Id => Ids.Show(Ids.Message, Message.Id);

    /// <summary>The caller's headers, those of the personalization before the shared ones.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers
    {
        get
        {
            var own = StoredContent.ReadPersonalization(Message.Personalization).Headers;
            return [.. (Content?.Headers ?? new Dictionary<string, string>()).Where(h => !own.ContainsKey(h.Key)), .. own];
        }
    }
}
