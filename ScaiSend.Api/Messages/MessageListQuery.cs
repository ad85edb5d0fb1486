using ScaiSend.Api.Requests;
using ScaiSend.Contracts;

namespace ScaiSend.Api.Messages;

/// <summary>The filters of <c>GET /v3/messages</c>, checked.</summary>
public sealed record MessageListQuery(
    string? Status,
    string? ToEmail,
    string? FromEmail,
    string? Subject,
    string? BatchId,
    string? TemplateId,
    string? Category,
    DateTimeOffset? Start,
    DateTimeOffset? End,
    Guid? After,
    int Page,
    int PageSize
)
{
    /// <summary>Deeper pages are read by <c>cursor</c>, whose cost does not grow.</summary>
    public const int MaxPage = 400;

    /// <summary>Reads the query string; every error names its parameter and what is allowed.</summary>
    public static MessageListQuery Read(QueryFields query)
    {
        Guid? after = null;
        if (query.Text("cursor") is { } cursor)
        {
            if (Ids.TryRead(Ids.Message, cursor, out var id))
                after = id;
            else
                query.Refuse("cursor", "must be the next_cursor of an earlier answer");
        }
        return new MessageListQuery(
            query.OneOf("status", PublicStatus.Filters.Keys),
            query.Text("to_email"),
            query.Text("from_email"),
            query.Text("subject"),
            query.Text("batch_id"),
            query.Text("template_id"),
            query.Text("category"),
            query.Moment("start_date", isEnd: false),
            query.Moment("end_date", isEnd: true),
            after,
            query.Number("page", 1, 1, MaxPage),
            query.Number("page_size", 25, 1, 100)
        );
    }
}
