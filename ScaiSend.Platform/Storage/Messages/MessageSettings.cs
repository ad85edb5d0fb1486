using System.Text.Json;
using ScaiSend.Platform.Simulation;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Platform.Storage.Messages;

/// <summary>What the stages after the door need of <see cref="Message.Settings"/>.</summary>
/// <param name="GroupId">The unsubscribe group of the mail.</param>
/// <param name="Pool">The pool of source addresses that the sender asked for.</param>
public sealed record MessageSettings(
    bool BypassesAll,
    bool BypassesBounces,
    bool BypassesSpamReports,
    bool BypassesUnsubscribes,
    int? GroupId,
    string? Pool
)
{
    /// <summary>What the request says about tracking; null: nothing.</summary>
    public TrackingChanges? Tracking { get; init; }

    /// <summary>Which recipients are only simulated; null: none.</summary>
    public Simulator? Simulator { get; init; }

    /// <summary>Most mail asks for nothing.</summary>
    public static MessageSettings None { get; } = new(false, false, false, false, null, null);

    /// <summary>Reads what the door checked and stored.</summary>
    public static MessageSettings Read(string? json)
    {
        if (json is null)
            return None;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var mail = root.TryGetProperty("mail_settings", out var given) ? given : default;
        return new MessageSettings(
            IsOn(mail, "bypass_list_management"),
            IsOn(mail, "bypass_bounce_management"),
            IsOn(mail, "bypass_spam_management"),
            IsOn(mail, "bypass_unsubscribe_management"),
            GroupOf(root),
            Find(root, "ip_pool_name") is { ValueKind: JsonValueKind.String } pool ? pool.GetString() : null
        )
        {
            Tracking = Find(root, "tracking_settings") is { } tracking ? TrackingChanges.ReadRequest(tracking) : null,
            Simulator = Simulator.Read(root),
        };
    }

    private static bool IsOn(JsonElement mail, string setting) =>
        Find(mail, setting) is { } found && Find(found, "enable") is { ValueKind: JsonValueKind.True };

    private static int? GroupOf(JsonElement root) =>
        Find(root, "asm") is { } asm && Find(asm, "group_id") is { ValueKind: JsonValueKind.Number } id && id.TryGetInt32(out var group)
            ? group
            : null;

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : null;
}
