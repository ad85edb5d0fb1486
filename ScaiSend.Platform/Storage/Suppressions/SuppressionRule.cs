using ScaiSend.Platform.Storage.Messages;

namespace ScaiSend.Platform.Storage.Suppressions;

/// <summary>One list that an address is on.</summary>
/// <param name="GroupId">0 for every list but <see cref="SuppressionList.Group"/>.</param>
public readonly record struct ListedOn(SuppressionList List, int GroupId);

/// <summary>Says why a mail is kept back from an address, in SendGrid's words.</summary>
public static class SuppressionRule
{
    public const string BouncedAddress = "Bounced Address";
    public const string Invalid = "Invalid";
    public const string SpamReportingAddress = "Spam Reporting Address";
    public const string UnsubscribedAddress = "Unsubscribed Address";

    /// <summary>The reason, of several the one that says most of the address; null when the mail may go.</summary>
    public static string? Reason(IReadOnlyCollection<ListedOn> lists, MessageSettings settings)
    {
        if (lists.Count == 0 || settings.BypassesAll)
            return null;
        if (!settings.BypassesBounces && IsOn(SuppressionList.Bounces))
            return BouncedAddress;
        // No flag of its own: SendGrid's bypass of bounces names the bounce list alone.
        if (IsOn(SuppressionList.InvalidEmails))
            return Invalid;
        if (!settings.BypassesSpamReports && IsOn(SuppressionList.SpamReports))
            return SpamReportingAddress;
        var isUnsubscribed =
            !settings.BypassesUnsubscribes && IsOn(SuppressionList.GlobalUnsubscribes)
            || settings.GroupId is { } group && lists.Contains(new ListedOn(SuppressionList.Group, group));
        return isUnsubscribed ? UnsubscribedAddress : null;

        bool IsOn(SuppressionList list) => lists.Contains(new ListedOn(list, 0));
    }
}
