using System.Text;

namespace ScaiSend.Api.MailSend;

/// <summary>Checks the types of the settings and keeps them as they came.</summary>
internal static class Settings
{
    private const int MaxBytes = 60_000;
    private const int MaxPoolName = 64;
    private const int MaxGroups = 25;

    private static readonly string[] Switches =
    [
        "sandbox_mode",
        "bypass_list_management",
        "bypass_bounce_management",
        "bypass_spam_management",
        "bypass_unsubscribe_management",
    ];

    private static readonly string[] Campaign = ["utm_source", "utm_medium", "utm_term", "utm_content", "utm_campaign"];

    public static (bool IsSandbox, string? Json) Read(Field root)
    {
        CheckUnsubscribeGroup(root);
        root.Line("ip_pool_name", max: MaxPoolName);
        var isSandbox = CheckMailSettings(root);
        CheckTrackingSettings(root);

        StringBuilder? json = null;
        foreach (var name in (ReadOnlySpan<string>)["asm", "ip_pool_name", "mail_settings", "tracking_settings"])
            if (root.Member(name) is { } member)
                (json is null ? json = new StringBuilder("{") : json.Append(','))
                    .Append('"')
                    .Append(name)
                    .Append("\":")
                    .Append(member.RawText);
        var text = json?.Append('}').ToString();
        if (text is not null && Encoding.UTF8.GetByteCount(text) > MaxBytes)
            root.Fail(Texts.Settings);
        return (isSandbox, text);
    }

    private static void CheckUnsubscribeGroup(Field root)
    {
        if (root.Object("asm") is not { } asm)
            return;
        if (asm.Member("group_id") is null)
            asm.Fail("group_id", Texts.GroupId);
        asm.Integer("group_id");
        if (asm.Array("groups_to_display") is not { } groups)
            return;
        if (groups.Length > MaxGroups)
            groups.Fail($"There cannot be more than {MaxGroups} groups_to_display.");
        else
            foreach (var group in groups.Items())
                group.AsInteger();
    }

    private static bool CheckMailSettings(Field root)
    {
        if (root.Object("mail_settings") is not { } settings)
            return false;
        foreach (var name in Switches)
            settings.Object(name)?.Boolean("enable");
        Check(settings, "footer", ["enable"], ["text", "html"]);
        return settings.Member("sandbox_mode") is { IsObject: true } sandbox && sandbox.Member("enable") is { IsTrue: true };
    }

    private static void CheckTrackingSettings(Field root)
    {
        if (root.Object("tracking_settings") is not { } settings)
            return;
        Check(settings, "click_tracking", ["enable", "enable_text"], []);
        Check(settings, "open_tracking", ["enable"], ["substitution_tag"]);
        Check(settings, "subscription_tracking", ["enable"], ["text", "html", "substitution_tag"]);
        Check(settings, "ganalytics", ["enable"], Campaign);
    }

    private static void Check(Field owner, string name, ReadOnlySpan<string> booleans, ReadOnlySpan<string> strings)
    {
        if (owner.Object(name) is not { } field)
            return;
        foreach (var member in booleans)
            field.Boolean(member);
        foreach (var member in strings)
            field.String(member);
    }
}
