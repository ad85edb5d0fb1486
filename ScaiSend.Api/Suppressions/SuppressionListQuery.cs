using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Suppressions;

/// <summary>Which entries of a list are asked for.</summary>
/// <param name="Email">The documented dialect's: the whole address, however it is written.</param>
/// <param name="Pattern">SendGrid's: the beginning of an address, in which <c>%</c> stands for any text.</param>
public sealed record SuppressionListQuery(
    int Limit,
    int Offset,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    string? Email,
    string? Pattern
)
{
    private const int MaxLimit = 500;
    private const int DefaultLimit = 50;

    /// <summary>The query, or what is wrong with it.</summary>
    public static (SuppressionListQuery? Query, IResult? Refusal) Read(HttpContext http)
    {
        var (fields, isSendGrid) = (new QueryFields(http.Request.Query), http.Dialect() == Dialect.SendGrid);
        var email = fields.Text("email");
        var query = new SuppressionListQuery(
            fields.Number("limit", isSendGrid ? MaxLimit : DefaultLimit, min: 1, MaxLimit),
            fields.Number("offset", otherwise: 0, min: 0, int.MaxValue),
            fields.UnixSeconds("start_time"),
            // Both ends count.
            fields.UnixSeconds("end_time")?.AddSeconds(1),
            isSendGrid ? null : email,
            isSendGrid && email is not null ? Escape(email) + "%" : null
        );
        return fields.Refusal(http) is { } refusal ? (null, refusal) : (query, null);
    }

    /// <summary>Stands before a character that means itself.</summary>
    public const string EscapeSign = "!";

    private static string Escape(string text) =>
        text.Replace("!", "!!", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
}
