using System.Net;
using ScaiSend.Contracts.Tracking;
using ScaiSend.Platform.Tenancy;
using ScaiSend.Processing.Rendering;

namespace ScaiSend.Processing.Tracking;

/// <summary>Our own URLs in the mail of one recipient.</summary>
internal sealed class MailLinks(TrackingTokens tokens, string ourBase, EmailToRender email)
{
    // Chosen so that percent-encoding cannot push a request line over the 8 KB that web servers take.
    private const int LongestEscaped = 6000;

    private string? _unsubscribe;
    private string? _unsubscribeFromAll;

    /// <summary>Leads to the mail's group if it has one.</summary>
    public string Unsubscribe => _unsubscribe ??= UnsubscribeFrom(email.GroupId);
    public string UnsubscribeFromAll => _unsubscribeFromAll ??= UnsubscribeFrom(null);

    public string Pixel =>
        $"<img src=\"{WebUtility.HtmlEncode(ourBase)}{TrackingPaths.Open}{tokens.OpenToken(email.EmailId)}.gif\" alt=\"\" width=\"1\" height=\"1\" border=\"0\""
        + " style=\"height:1px !important;width:1px !important;border-width:0 !important;margin:0 !important;padding:0 !important;\">";

    /// <summary>The link that counts and leads on; null when it cannot be made.</summary>
    public string? Click(bool isInText, int index, string url)
    {
        if (index > TrackingTokens.MaxIndex || Uri.EscapeDataString(url) is not { Length: <= LongestEscaped } escaped)
            return null;
        return $"{ourBase}{TrackingPaths.Click}{tokens.ClickToken(email.EmailId, isInText, index, url)}?{TrackingPaths.ClickedUrl}={escaped}";
    }

    public string Of(FoundImage image) => ourBase + image.Rest;

    private string UnsubscribeFrom(int? groupId) =>
        ourBase + TrackingPaths.Unsubscribe + tokens.UnsubscribeToken(email.EmailId, email.TenantId, email.Recipient, groupId);
}
