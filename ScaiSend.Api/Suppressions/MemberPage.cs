using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Suppressions;

/// <summary>Which part of a list of members is asked for. SendGrid's own lists have no pages; ours do, so that no answer grows without end.</summary>
public sealed record MemberPage(int Limit, int Offset)
{
    /// <summary>Most members in an answer, and as many as there are when no limit is asked for.</summary>
    public const int Most = 10_000;

    /// <summary>The page, or what is wrong with it.</summary>
    public static (MemberPage Page, IResult? Refusal) Read(HttpContext http)
    {
        var fields = new QueryFields(http.Request.Query);
        var page = new MemberPage(fields.Number("limit", Most, min: 1, Most), fields.Number("offset", otherwise: 0, min: 0, int.MaxValue));
        return (page, fields.Refusal(http));
    }
}
