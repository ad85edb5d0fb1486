using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Messages;

/// <summary>
/// <c>GET /api/admin/messages/{id}/content?reason=…</c>, for staff: what a tenant's mail says, to find out about abuse. The look is in the tenant's audit log
/// before there is an answer, and without that there is none. Errors: 401, 404 (also for everybody else), 422, 503, as <c>{"detail":…}</c>.
/// </summary>
public static class ContentLook
{
    public static void MapContentLook(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/admin/messages/{id}/content", GetAsync).AdministratorsOnly();

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Administrator who,
        string id,
        MailDatabase database,
        MessageDetail detail,
        AuditLog audit
    )
    {
        if (!who.SeesMail() || await FindAsync(database, id, http.RequestAborted) is not { } message)
            return Refusals.NotFound(http, "Message", id);
        var query = new QueryFields(http.Request.Query);
        var reason = Reasons.Read(http, query, isRequired: true);
        query.RefuseOthers();
        if (query.Refusal(http) is { } refusal)
            return refusal;
        await audit.AddDoneAsync("content_look", new { MessageId = message.Id }, reason, who.Who, http.RequestAborted, message.TenantId);
        return Show(message, await detail.ContentAsync(message, http.RequestAborted));
    }

    /// <summary>A message of whatever tenant: staff names it alone, so its tenant is found by it. Null when there is none.</summary>
    public static async Task<Message?> FindAsync(MailDatabase database, Guid messageId, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        return await db.Messages.IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(m => m.Id == messageId, cancellationToken);
    }

    internal static async Task<Message?> FindAsync(MailDatabase database, string id, CancellationToken cancellationToken) =>
        Ids.TryRead(Ids.Message, id, out var messageId) ? await FindAsync(database, messageId, cancellationToken) : null;

    private static IResult Show(Message message, MessageContent? content)
    {
        var headers = StoredContent.ReadPersonalization(message.Personalization).Headers;
        return Results.Json(
            new
            {
                data = new
                {
                    id = Ids.Show(Ids.Message, message.Id),
                    tenant_id = Ids.Show(Ids.Tenant, message.TenantId),
                    from_email = message.FromEmail,
                    subject = message.Subject,
                    text = Part(content, "text/plain"),
                    html = Part(content, "text/html"),
                    template_id = message.TemplateId,
                    headers = (content?.Headers ?? new Dictionary<string, string>())
                        .Where(h => !headers.ContainsKey(h.Key))
                        .Concat(headers)
                        .ToDictionary(h => h.Key, h => h.Value),
                    attachments = content?.Attachments.Select(a => new
                    {
                        filename = a.FileName,
                        type = a.Type,
                        size = a.Size,
                    }),
                    body_deleted_at = message.BodyDeletedAt,
                },
            }
        );
    }

    private static string? Part(MessageContent? content, string type) =>
        content?.Content.FirstOrDefault(part => part.Type.Equals(type, StringComparison.OrdinalIgnoreCase))?.Value;
}
