using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Events;

namespace ScaiSend.Api.Events;

/// <summary>
/// <c>GET /v3/events</c>: a tenant's events, oldest first, page by page without end. Any of the scopes <c>stats.read</c>, <c>webhooks.read</c>.
/// Errors: 401, 403, 422, as <c>{"detail":…}</c>.
/// </summary>
public static class EventEndpoints
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v3/events", ListAsync).OursNeeds(Scopes.StatsRead, Scopes.WebhooksRead);

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, EventFeed feed)
    {
        var fields = new QueryFields(http.Request.Query);
        var fromEnd = "end".Equals(fields.OneOf("from", ["start", "end"]), StringComparison.OrdinalIgnoreCase);
        var query = Read(fields);
        if (fromEnd && fields.Text("cursor") is not null)
            fields.Refuse("from", "cannot be combined with cursor");
        fields.RefuseOthers();
        if (fields.Refusal(http) is { } refusal)
            return refusal;
        var page = fromEnd
            ? new FeedPage([], await feed.EndAsync(http.RequestAborted), HasMore: false)
            : await feed.ReadAsync(caller.TenantId, query, http.RequestAborted);
        if (page is null)
            fields.Refuse(
                "cursor",
                "is of another installation, or of this one before it was restored from a backup; begin anew without it"
            );
        return fields.Refusal(http) ?? Results.Bytes(Write(page!), "application/json; charset=utf-8");
    }

    private static FeedQuery Read(QueryFields fields)
    {
        var after = FeedCursor.Start;
        if (fields.Text("cursor") is { } text)
        {
            if (FeedCursor.Read(text) is { } cursor)
                after = cursor;
            else
                fields.Refuse("cursor", "must be the cursor of an earlier answer");
        }
        Guid? messageId = null;
        if (fields.Text("message_id") is { } named)
        {
            if (Ids.TryRead(Ids.Message, named, out var id))
                messageId = id;
            else
                fields.Refuse("message_id", "must be a message's id, such as msg_ and 32 hexadecimal digits");
        }
        var (start, end) = (fields.Moment("start_time", isEnd: false), fields.Moment("end_time", isEnd: true));
        if (start >= end)
            fields.Refuse("end_time", "must be later than start_time");
        return new FeedQuery(after, fields.Number("limit", 100, 1, 1000), Types(fields), messageId, start, end);
    }

    private static HashSet<string>? Types(QueryFields fields)
    {
        if (fields.Text("types") is not { } text)
            return null;
        var types = text.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
        if (types.Except(EventTypes.All).FirstOrDefault() is { } unknown)
            fields.Refuse("types", $"'{unknown}' is no type of event; there are {string.Join(", ", EventTypes.All)}");
        return types;
    }

    private static byte[] Write(FeedPage page)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Json))
        {
            json.WriteStartObject();
            json.WriteStartArray("events");
            foreach (var told in page.Events)
                EventEnvelope.Write(json, told);
            json.WriteEndArray();
            json.WriteString("cursor", page.Next.Write());
            json.WriteBoolean("has_more", page.HasMore);
            json.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }
}
