using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Webhooks;

/// <summary>Which events are to be told again: exactly one of the three.</summary>
/// <param name="Types">Only these types; null: those that the webhook wants.</param>
public sealed record ReplayFields(
    IReadOnlyList<string>? EventIds,
    Guid? MessageId,
    (DateTimeOffset From, DateTimeOffset Until)? Time,
    IReadOnlyList<string>? Types
)
{
    /// <summary>Most events that can be named one by one.</summary>
    public const int MaxEventIds = 1000;

    private const int MaxBytes = 256 * 1024;

    /// <summary>The fields, or what is wrong with them.</summary>
    public static async Task<(ReplayFields? Fields, IResult? Refusal)> ReadAsync(HttpContext http, TimeProvider time)
    {
        var body = await BodyFields.ReadAsync(http, MaxBytes, http.RequestAborted);
        var fields = new ReplayFields(ReadEventIds(body), ReadMessageId(body), ReadTime(body, time), ReadTypes(body));
        // A slip of the pen must not tell a receiver of everything.
        body.RefuseOthers();
        var given = new[] { body.Has("event_ids"), body.Has("message_id"), body.Has("start_time") || body.Has("end_time") };
        if (body.Refusal(http) is null && given.Count(it => it) != 1)
            body.Refuse("event_ids", "give exactly one of event_ids, message_id, and start_time with end_time");
        return body.Refusal(http) is { } refusal ? (null, refusal) : (fields, null);
    }

    private static IReadOnlyList<string>? ReadEventIds(BodyFields body)
    {
        if (body.Texts("event_ids", MaxEventIds) is not { } ids)
            return null;
        if (ids.Count == 0)
            body.Refuse("event_ids", "must have at least 1 item");
        return ids;
    }

    private static Guid? ReadMessageId(BodyFields body)
    {
        if (body.Text("message_id", 64) is not { } text)
            return null;
        if (Ids.TryRead(Ids.Message, text, out var id))
            return id;
        body.Refuse("message_id", "must be the id of a message");
        return null;
    }

    private static (DateTimeOffset, DateTimeOffset)? ReadTime(BodyFields body, TimeProvider time)
    {
        var (from, until) = (body.Moment("start_time"), body.Moment("end_time"));
        if (from is null && body.Has("end_time") && !body.Has("start_time"))
            body.Refuse("start_time", "Field required", "missing");
        if (from is not { } start)
            return null;
        var end = until ?? time.GetUtcNow();
        if (end <= start)
            body.Refuse("end_time", "must be later than start_time");
        return (start, end);
    }

    private static IReadOnlyList<string>? ReadTypes(BodyFields body)
    {
        if (body.Texts("event_types", 100) is not { } types)
            return null;
        if (types.Count == 0)
            body.Refuse("event_types", "must have at least 1 item");
        for (var i = 0; i < types.Count; i++)
            if (!EventTypes.All.Contains(types[i]))
                body.Refuse($"event_types.{i}", $"must be one of {string.Join(", ", EventTypes.All)}");
        return types;
    }
}
