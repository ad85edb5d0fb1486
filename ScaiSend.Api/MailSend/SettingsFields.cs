using System.Collections.Frozen;
using System.Text;
using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>Checks <c>asm</c>, <c>ip_pool_name</c>, <c>mail_settings</c> and <c>tracking_settings</c>, and keeps them in the caller's words.</summary>
internal sealed class SettingsFields
{
    private const int MostGroupsToDisplay = 25;

    private static readonly string[] Kept = ["asm", "ip_pool_name", "mail_settings", "tracking_settings"];

    // What SendGrid says to a value of the wrong kind.
    private static readonly FrozenDictionary<(string Setting, string Field), (bool IsFlag, string IfNot)> Rules = new Dictionary<
        (string, string),
        (bool, string)
    >
    {
        [("bypass_list_management", "enable")] = (true, "The bypass list management enable param should be a boolean value."),
        [("bypass_spam_management", "enable")] = (true, "The bypass spam management enable param should be a boolean value."),
        [("bypass_bounce_management", "enable")] = (true, "The bypass bounce management enable param should be a boolean value."),
        [("bypass_unsubscribe_management", "enable")] = (true, "The bypass unsubscribe management enable param should be a boolean value."),
        [("footer", "enable")] = (true, "The footer enable param should be a boolean value."),
        [("footer", "text")] = (false, "The text/plain version of your footer should be a string."),
        [("footer", "html")] = (false, "The text/html version of your footer should be a string."),
        [("sandbox_mode", "enable")] = (true, "The sandbox mode enable param should be a boolean value."),
        [("click_tracking", "enable")] = (true, "The click tracking enable param should be a boolean value."),
        [("click_tracking", "enable_text")] = (true, "The click tracking enable text must be a boolean value."),
        [("open_tracking", "enable")] = (true, "The open tracking enable param should be a boolean value."),
        [("open_tracking", "substitution_tag")] = (false, "The open tracking substitution tag must be a string."),
        [("subscription_tracking", "enable")] = (true, "The subscription tracking enable param should be a boolean value."),
        [("subscription_tracking", "text")] = (false, "The subscription tracking text must be a string."),
        [("subscription_tracking", "html")] = (false, "The subscription tracking html must be a string."),
        [("subscription_tracking", "substitution_tag")] = (false, "The subscription tracking substitution tag must be a string."),
        [("ganalytics", "enable")] = (true, "The Google Analytics enable param must be a boolean value."),
        [("ganalytics", "utm_source")] = (false, "The Google Analytics utm_source must be a string value."),
        [("ganalytics", "utm_medium")] = (false, "The Google Analytics utm_medium must be a string value."),
        [("ganalytics", "utm_term")] = (false, "The Google Analytics utm_term must be a string value."),
        [("ganalytics", "utm_content")] = (false, "The Google Analytics utm_content must be a string value."),
        [("ganalytics", "utm_campaign")] = (false, "The Google Analytics utm_campaign must be a string value."),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Settings = Rules.Keys.Select(rule => rule.Setting).ToFrozenSet();

    private readonly Range?[] _raw = new Range?[Kept.Length];

    public bool IsSandbox { get; private set; }

    /// <summary>As the caller named it; null when no group was given.</summary>
    public long? GroupId { get; private set; }

    /// <summary>Null unless it is enabled.</summary>
    public Footer? Footer { get; private set; }

    public void ReadAsm(ref JsonCursor json)
    {
        var start = json.ValueStart;
        if (!json.EntersObject())
            return;
        long? group = null;
        while (json.NextProperty())
        {
            switch (json.Name)
            {
                case "group_id":
                    group = json.Integer(ifNot: "The ASM group ID must be an integer.");
                    break;
                case "groups_to_display":
                    ReadGroupsToDisplay(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (group is null)
            json.Errors.AddMissing("The ASM group ID must be an integer.", "group_id");
        GroupId = group;
        _raw[0] = start..json.ValueEnd;
    }

    public void ReadIpPoolName(ref JsonCursor json)
    {
        var start = json.ValueStart;
        if (json.Text(ifNot: "The name of your IP pool must be a string.") is not { } name)
            return;
        if (name.Length is < 2 or > 64)
            json.Errors.Add("The name of your IP pool must be 2 to 64 characters long.");
        _raw[1] = start..json.ValueEnd;
    }

    public void ReadMailSettings(ref JsonCursor json)
    {
        var start = json.ValueStart;
        if (!json.EntersObject())
            return;
        (IsSandbox, Footer) = (false, null);
        var (isListBypassed, isOtherBypassed) = (false, false);
        while (json.NextProperty())
        {
            var setting = json.Name;
            var isOn = setting == "footer" ? ReadFooter(ref json) : ReadSetting(ref json, setting);
            IsSandbox = setting == "sandbox_mode" ? isOn : IsSandbox;
            isListBypassed |= isOn && setting == "bypass_list_management";
            isOtherBypassed |= isOn && setting is "bypass_spam_management" or "bypass_bounce_management" or "bypass_unsubscribe_management";
        }
        if (isListBypassed && isOtherBypassed)
            json.Errors.Add("bypass_list_management cannot be combined with another bypass setting.");
        _raw[2] = start..json.ValueEnd;
    }

    public void ReadTrackingSettings(ref JsonCursor json)
    {
        var start = json.ValueStart;
        if (!json.EntersObject())
            return;
        while (json.NextProperty())
            ReadSetting(ref json, json.Name);
        _raw[3] = start..json.ValueEnd;
    }

    /// <summary>What was given, as one JSON object; null when nothing was.</summary>
    public string? ToJson(ReadOnlySpan<byte> body)
    {
        StringBuilder? text = null;
        for (var i = 0; i < Kept.Length; i++)
        {
            if (_raw[i] is not { } range)
                continue;
            text = text is null ? new StringBuilder("{") : text.Append(',');
            text.Append('"').Append(Kept[i]).Append("\":").Append(Encoding.UTF8.GetString(body[range]));
        }
        return text?.Append('}').ToString();
    }

    // Retired settings (bcc, spam_check) still come from clients, and are passed over like unknown ones.
    private static bool ReadSetting(ref JsonCursor json, string setting)
    {
        if (!Settings.Contains(setting))
        {
            json.Skip();
            return false;
        }
        var isOn = false;
        if (!json.EntersObject())
            return isOn;
        while (json.NextProperty())
        {
            if (!Rules.TryGetValue((setting, json.Name), out var rule))
                json.Skip();
            else if (!rule.IsFlag)
                json.Text(ifNot: rule.IfNot);
            else if (json.Name == "enable")
                isOn = json.Flag(rule.IfNot) ?? false;
            else
                json.Flag(rule.IfNot);
        }
        return isOn;
    }

    private bool ReadFooter(ref JsonCursor json)
    {
        Footer = null;
        if (!json.EntersObject())
            return false;
        var (isOn, footer) = (false, new Footer(null, null));
        while (json.NextProperty())
        {
            switch (json.Name)
            {
                case "enable":
                    isOn = json.Flag(Rules[("footer", "enable")].IfNot) ?? false;
                    break;
                case "text":
                    footer = footer with { Text = json.Text(ifNot: Rules[("footer", "text")].IfNot) };
                    break;
                case "html":
                    footer = footer with { Html = json.Text(ifNot: Rules[("footer", "html")].IfNot) };
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        Footer = isOn ? footer : null;
        return isOn;
    }

    private static void ReadGroupsToDisplay(ref JsonCursor json)
    {
        const string wrong = "The ASM Group IDs to display must be an array of integers.";
        if (!json.EntersArray(ifNot: wrong))
            return;
        var count = 0;
        while (json.NextItem())
        {
            if (++count > MostGroupsToDisplay)
                json.Skip();
            else
                json.Integer(isItem: true, ifNot: wrong);
        }
        if (count > MostGroupsToDisplay)
            json.Errors.Add($"There is a limit of {MostGroupsToDisplay} unsubscribe groups that can be displayed to a user at a time.");
    }
}
