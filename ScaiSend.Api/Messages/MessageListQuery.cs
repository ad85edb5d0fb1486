using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;

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

    /// <summary>Reads the query string; every error names its parameter, what it was and what is allowed.</summary>
    public static (MessageListQuery? Query, IReadOnlyList<ParameterError> Errors) Read(IQueryCollection query)
    {
        var errors = new List<ParameterError>();
        string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
        int Number(string name, int otherwise, int max)
        {
            if (Text(name) is not { } text)
                return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max)
                return number;
            errors.Add(new ParameterError(name, $"must be a whole number from 1 to {max}"));
            return otherwise;
        }
        DateTimeOffset? Moment(string name, bool isEnd)
        {
            if (Text(name) is not { } text)
                return null;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return new DateTimeOffset(isEnd ? day.AddDays(1) : day, TimeOnly.MinValue, TimeSpan.Zero);
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
                return moment;
            errors.Add(new ParameterError(name, "must be a date (YYYY-MM-DD) or a moment (ISO 8601)"));
            return null;
        }
        var status = Text("status");
        if (status is not null && !PublicStatus.Filters.ContainsKey(status))
            errors.Add(new ParameterError("status", $"must be one of {string.Join(", ", PublicStatus.Filters.Keys)}"));
        Guid? after = null;
        if (Text("cursor") is { } cursor)
        {
            if (Ids.TryRead(Ids.Message, cursor, out var id))
                after = id;
            else
                errors.Add(new ParameterError("cursor", "must be the next_cursor of an earlier answer"));
        }
        var read = new MessageListQuery(
            status,
            Text("to_email"),
            Text("from_email"),
            Text("subject"),
            Text("batch_id"),
            Text("template_id"),
            Text("category"),
            Moment("start_date", isEnd: false),
            Moment("end_date", isEnd: true),
            after,
            Number("page", 1, MaxPage),
            Number("page_size", 25, 100)
        );
        return errors.Count == 0 ? (read, errors) : (null, errors);
    }
}

/// <summary>A query parameter that cannot be read.</summary>
public sealed record ParameterError(string Name, string Message);
