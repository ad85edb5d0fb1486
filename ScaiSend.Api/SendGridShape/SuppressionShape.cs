using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Suppressions;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Entries of the suppression lists as both dialects show them: the documented one in an envelope with its total, SendGrid's as a bare array.</summary>
public static class SuppressionShape
{
    /// <summary>SendGrid's list.</summary>
    public static IResult List(SuppressionFamily family, IEnumerable<Suppression> page) =>
        Results.Json(page.Select(s => Show(Dialect.SendGrid, family, s)));

    /// <summary>The documented list.</summary>
    public static IResult Page(SuppressionFamily family, IEnumerable<Suppression> page, int total) =>
        Results.Json(
            new Dictionary<string, object> { [family.Name] = page.Select(s => Show(Dialect.Documented, family, s)), ["total"] = total }
        );

    /// <summary>What is known of one address: an array in both dialects; of an absent one SendGrid answers an empty array.</summary>
    public static IResult One(HttpContext http, SuppressionFamily family, string email, Suppression? found) =>
        found is not null ? Results.Json(new[] { Show(http.Dialect(), family, found) })
        : http.Dialect() == Dialect.SendGrid ? Results.Json(Array.Empty<object>())
        : Refusals.NotFound(http, family.Entry, email);

    /// <summary>201.</summary>
    public static IResult Added(SuppressionFamily family, Suppression added) =>
        Results.Json(Show(Dialect.Documented, family, added), statusCode: StatusCodes.Status201Created);

    /// <summary>404; SendGrid's clients hear 204, because what they want is so.</summary>
    public static IResult NothingToDelete(HttpContext http, string entry, string email) =>
        http.Dialect() == Dialect.SendGrid ? Results.NoContent() : Refusals.NotFound(http, entry, email);

    /// <summary>400: a deletion of nothing, or of everything and something.</summary>
    public static IResult UnclearDeletion(HttpContext http, string why) =>
        Refusals.Because(http, StatusCodes.Status400BadRequest, why, "delete_all");

    /// <summary>What came of an import.</summary>
    public static IResult Imported(ImportOutcome outcome) =>
        Results.Json(
            new
            {
                imported = outcome.Imported,
                skipped = outcome.Skipped,
                errors = outcome.Errors.Select(e => new { row = e.Row, error = e.Error }),
            }
        );

    /// <summary>Bounces by day and kind.</summary>
    public static IResult Classified(IEnumerable<ClassifiedBounces> bounces) =>
        Results.Json(
            new
            {
                result = bounces
                    .GroupBy(b => b.Day)
                    .Select(day => new
                    {
                        date = day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        stats = day.Select(b => new { classification = b.Classification, count = b.Count }),
                    }),
            }
        );

    /// <summary>The addresses that a request named.</summary>
    public static IResult Recipients(IEnumerable<string> emails, int statusCode = StatusCodes.Status201Created) =>
        Results.Json(new { recipient_emails = emails }, statusCode: statusCode);

    /// <summary>Whether an address is on the global list. SendGrid answers an empty object when it is not.</summary>
    public static IResult Global(HttpContext http, string email, Suppression? found) =>
        found is not null ? Results.Json(new { recipient_email = found.Address })
        : http.Dialect() == Dialect.SendGrid ? Results.Json(new { })
        : Refusals.NotFound(http, SuppressionFamily.Unsubscribes.Entry, email);

    private static Dictionary<string, object?> Show(Dialect dialect, SuppressionFamily family, Suppression s)
    {
        var json = new Dictionary<string, object?> { ["email"] = s.Address, ["created"] = s.CreatedAt.ToUnixTimeSeconds() };
        if (family.List == SuppressionList.GlobalUnsubscribes)
            return json;
        if (family.List == SuppressionList.SpamReports)
        {
            json["ip"] = s.Source ?? "";
            if (dialect == Dialect.Documented)
                json["reason"] = s.Reason ?? "";
            return json;
        }
        json["reason"] = s.Reason ?? "";
        if (dialect == Dialect.Documented && s.BounceType is { } type)
            json["bounce_type"] = type.ToString().ToLowerInvariant();
        if (family.List != SuppressionList.InvalidEmails)
            json["status"] = s.Status ?? "";
        return json;
    }
}
