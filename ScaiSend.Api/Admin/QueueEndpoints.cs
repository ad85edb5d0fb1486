using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Admin;

/// <summary>
/// For operators. <c>GET /api/admin/queue</c>: the emails that have not ended; <c>GET /api/admin/queue/counts</c>: how many.
/// <c>POST /api/admin/queue</c>: hold, release, cancel or retry; 200 with the count for a preview, else 202 with the audit entry, which a worker carries out.
/// Errors: 400, 401, 403, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class QueueEndpoints
{
    /// <summary>How long one request may count or look for emails.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private const int MaxBody = 16 * 1024;

    public static void MapQueue(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/admin/queue", ListAsync).OperatorsOnly();
        routes.MapGet("/api/admin/queue/counts", CountAsync).OperatorsOnly();
        routes.MapPost("/api/admin/queue", ActAsync).OperatorsOnly();
    }

    private static async Task<IResult> ListAsync(HttpContext http, QueueNames names, QueuePage page, TimeProvider time)
    {
        var fields = new QueryFields(http.Request.Query);
        var filter = await FilterAsync(fields, names, time, http.RequestAborted);
        var limit = fields.Number("limit", otherwise: 100, min: 1, max: QueuePage.MaxEmails);
        QueuePosition from = default;
        if (fields.Text("cursor") is { } cursor && !QueuePosition.TryRead(cursor, out from))
            fields.Refuse("cursor", "must be the next_cursor of an earlier answer");
        fields.RefuseOthers();
        return fields.Refusal(http) ?? AdminShape.Show(await page.ReadAsync(filter, from, limit, Limit, http.RequestAborted));
    }

    private static async Task<IResult> CountAsync(HttpContext http, QueueNames names, QueueCount count, TimeProvider time)
    {
        var fields = new QueryFields(http.Request.Query);
        var filter = await FilterAsync(fields, names, time, http.RequestAborted);
        var by = (fields.Text("by") ?? "tenant,state,held").Split(',', StringSplitOptions.TrimEntries);
        if (by.Except(QueueCount.Keys).FirstOrDefault() is { } unknown)
            fields.Refuse("by", $"has '{unknown}'; allowed are {string.Join(", ", QueueCount.Keys)}, separated by commas");
        fields.RefuseOthers();
        return fields.Refusal(http) ?? AdminShape.Show(await count.GroupAsync(filter, by, Limit, http.RequestAborted), by);
    }

    private static async Task<IResult> ActAsync(HttpContext http, QueueNames names, QueueCount count, AuditLog audit, TimeProvider time)
    {
        var fields = await BodyFields.ReadAsync(http, MaxBody, http.RequestAborted);
        if (!fields.Has("action"))
            fields.Refuse("action", "Field required", "missing");
        var word = fields.OneOf("action", [.. Enum.GetValues<QueueAction>().Select(AuditLog.Word)]);
        var reason = Reasons.Required(fields);
        var preview = fields.Flag("preview") ?? false;
        var filter = await new QueueFields(
            (name, max) => fields.Text(name, max, min: 1),
            fields.Flag,
            (name, message) => fields.Refuse(name, message)
        ).ReadAsync(names, time.GetUtcNow(), http.RequestAborted);
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } wrong)
            return wrong;
        if (!filter.NamesMail())
            fields.Refuse("tenant", "Field required: name at least one of tenant, domain, provider, batch_id and message_id", "missing");
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var action = Enum.Parse<QueueAction>(word!, ignoreCase: true);
        if (preview)
            return AdminShape.Show(word!, await count.PreviewAsync(action, filter, Limit, http.RequestAborted));
        var entry = await audit.OpenAsync(action, filter, reason, http.Features.Get<Operator>()!, isOurs: false, http.RequestAborted);
        return AdminShape.Accepted(entry);
    }

    private static Task<QueueFilter> FilterAsync(
        QueryFields fields,
        QueueNames names,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        new QueueFields((name, max) => Shorter(fields, name, max), fields.Flag, fields.Refuse).ReadAsync(
            names,
            time.GetUtcNow(),
            cancellationToken
        );

    private static string? Shorter(QueryFields fields, string name, int max)
    {
        if (fields.Text(name) is not { } text || text.Length <= max)
            return fields.Text(name);
        fields.Refuse(name, $"must have at most {max} characters");
        return null;
    }
}
