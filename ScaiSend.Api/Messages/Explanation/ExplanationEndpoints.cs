using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>
/// <c>GET /v3/messages/{id}/explain</c>: for who may read the message. <c>GET /api/admin/messages/{id}/explain?reason=…</c>: for staff, of any tenant; the look is in the
/// tenant's audit log before there is an answer. Errors: 401, 403, 404, 422, 503, as <c>{"detail":…}</c>.
/// </summary>
public static class ExplanationEndpoints
{
    /// <summary>How an explanation is written.</summary>
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly string[] Depths = [.. Enum.GetNames<Depth>().Select(name => name.ToLowerInvariant())];

    public static void MapExplanations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v3/messages/{id}/explain", GetAsync).OursNeeds(Scopes.StatsRead, Scopes.MailSend, Scopes.MailCancel);
        routes.MapGet("/api/admin/messages/{id}/explain", LookAsync).AdministratorsOnly();
    }

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, string id, MessageExplanation explanation) =>
        Ids.TryRead(Ids.Message, id, out var messageId)
        && await explanation.ReadAsync(caller.TenantId, messageId, DepthOf(caller), http.RequestAborted) is { } explained
            ? Results.Json(explained.For(caller.Scopes), Json)
            : Refusals.NotFound(http, "Message", id);

    // A token is a person's.
    private static Depth DepthOf(Caller caller) => caller.Subject is null ? Depth.Caller : Depth.Support;

    private static async Task<IResult> LookAsync(
        HttpContext http,
        Administrator who,
        string id,
        MailDatabase database,
        MessageExplanation explanation,
        AuditLog audit
    )
    {
        if (!who.SeesMail() || await ContentLook.FindAsync(database, id, http.RequestAborted) is not { } message)
            return Refusals.NotFound(http, "Message", id);
        var query = new QueryFields(http.Request.Query);
        var reason = Reasons.Read(http, query, isRequired: true);
        var depth = query.OneOf("depth", Depths) is { } word ? Enum.Parse<Depth>(word, ignoreCase: true) : Depth.Operator;
        query.RefuseOthers();
        if (query.Refusal(http) is { } refusal)
            return refusal;
        await audit.AddDoneAsync("explain_look", new { MessageId = message.Id }, reason, who.Who, http.RequestAborted, message.TenantId);
        return await explanation.ReadAsync(message.TenantId, message.Id, depth, http.RequestAborted) is { } explained
            ? Results.Json(explained, Json)
            : Refusals.NotFound(http, "Message", id);
    }
}
