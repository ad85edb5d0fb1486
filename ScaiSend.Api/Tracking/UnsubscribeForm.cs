using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Tracking;

/// <summary>What a form wants.</summary>
internal enum UnsubscribeWish
{
    /// <summary>A mail program's button, which shows no page.</summary>
    OneClick,
    LeaveAll,
    LeaveGroup,
    JoinGroup,
}

/// <summary>The form that is posted to an unsubscribe link, by our page or by a mail program.</summary>
internal sealed record UnsubscribeForm(UnsubscribeWish Wish, int? GroupId)
{
    private const int MaxBytes = 8 * 1024;

    private static readonly FormOptions Limits = new()
    {
        ValueCountLimit = 16,
        KeyLengthLimit = 256,
        ValueLengthLimit = 1024,
        MultipartHeadersCountLimit = 8,
        MultipartHeadersLengthLimit = 2048,
        MultipartBodyLengthLimit = MaxBytes,
    };

    /// <summary>Null when it is no form, too large, or says nothing that is known.</summary>
    public static async Task<UnsubscribeForm?> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType || await LimitedBody.ReadAsync(http.Request, MaxBytes, http.RequestAborted) is not { } bytes)
            return null;
        http.Request.Body = new MemoryStream(bytes);
        try
        {
            return Read(await new FormFeature(http.Request, Limits).ReadFormAsync(http.RequestAborted));
        }
        // A form that is cut off or beyond a limit.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }

    // RFC 8058 §3.1: one pair, and nothing else is looked at.
    private static UnsubscribeForm? Read(IFormCollection form)
    {
        if (Is(form["List-Unsubscribe"], "One-Click"))
            return new UnsubscribeForm(UnsubscribeWish.OneClick, null);
        int? group = int.TryParse(form["group_id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        return form["action"].ToString() switch
        {
            "unsubscribe_all" => new UnsubscribeForm(UnsubscribeWish.LeaveAll, null),
            "unsubscribe_group" when group is not null => new UnsubscribeForm(UnsubscribeWish.LeaveGroup, group),
            "resubscribe_group" when group is not null => new UnsubscribeForm(UnsubscribeWish.JoinGroup, group),
            _ => null,
        };
    }

    private static bool Is(StringValues values, string value) =>
        values.Count > 0 && string.Equals(values[0]?.Trim(), value, StringComparison.OrdinalIgnoreCase);
}
