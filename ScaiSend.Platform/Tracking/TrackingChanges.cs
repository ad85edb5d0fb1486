using System.Text.Json;

namespace ScaiSend.Platform.Tracking;

/// <summary>What a tenant, a template or a request says about tracking; null: nothing.</summary>
public sealed record TrackingChanges
{
    public bool? CountsOpens { get; init; }
    public string? OpenTag { get; init; }
    public bool? CountsClicks { get; init; }
    public bool? CountsClicksInText { get; init; }
    public bool? OffersUnsubscribe { get; init; }
    public string? UnsubscribeText { get; init; }
    public string? UnsubscribeHtml { get; init; }
    public string? UnsubscribeTag { get; init; }
    public bool? AddsAnalytics { get; init; }
    public Analytics Analytics { get; init; } = new();
    public bool? EmbedsImages { get; init; }

    /// <summary>Reads what a tenant has stored: one object with a field for each. Null when nothing is stored.</summary>
    public static TrackingChanges? ReadStored(string? json)
    {
        if (json is null)
            return null;
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new TrackingChanges
        {
            CountsOpens = Flag(root, "open_tracking_enabled"),
            OpenTag = Text(root, "open_tracking_substitution_tag"),
            CountsClicks = Flag(root, "click_tracking_enabled"),
            CountsClicksInText = Flag(root, "click_tracking_enable_text"),
            OffersUnsubscribe = Flag(root, "subscription_tracking_enabled"),
            UnsubscribeText = Text(root, "subscription_tracking_text"),
            UnsubscribeHtml = Text(root, "subscription_tracking_html"),
            UnsubscribeTag = Text(root, "subscription_tracking_substitution_tag"),
            AddsAnalytics = Flag(root, "ganalytics_enabled"),
            Analytics = ReadAnalytics(root, "ganalytics_"),
            EmbedsImages = Text(root, "image_embed_mode") is { } mode ? mode == "cid" : null,
        };
    }

    /// <summary>Reads a request's <c>tracking_settings</c>, which the door has checked: an object for each feature. Null when there are none.</summary>
    public static TrackingChanges? ReadRequest(JsonElement settings)
    {
        if (settings.ValueKind != JsonValueKind.Object)
            return null;
        var (opens, clicks) = (Find(settings, "open_tracking"), Find(settings, "click_tracking"));
        var (subscription, analytics) = (Find(settings, "subscription_tracking"), Find(settings, "ganalytics"));
        return new TrackingChanges
        {
            CountsOpens = Flag(opens, "enable"),
            OpenTag = Text(opens, "substitution_tag"),
            CountsClicks = Flag(clicks, "enable"),
            CountsClicksInText = Flag(clicks, "enable_text"),
            OffersUnsubscribe = Flag(subscription, "enable"),
            UnsubscribeText = Text(subscription, "text"),
            UnsubscribeHtml = Text(subscription, "html"),
            UnsubscribeTag = Text(subscription, "substitution_tag"),
            AddsAnalytics = Flag(analytics, "enable"),
            Analytics = ReadAnalytics(analytics, ""),
        };
    }

    /// <summary>Reads what a template's version has stored, which has the shape of a request's. Null when nothing is stored.</summary>
    public static TrackingChanges? ReadVersion(string? json)
    {
        if (json is null)
            return null;
        using var document = JsonDocument.Parse(json);
        return ReadRequest(document.RootElement);
    }

    private static Analytics ReadAnalytics(JsonElement parent, string prefix) =>
        new(
            Text(parent, prefix + "utm_source"),
            Text(parent, prefix + "utm_medium"),
            Text(parent, prefix + "utm_term"),
            Text(parent, prefix + "utm_content"),
            Text(parent, prefix + "utm_campaign")
        );

    private static bool? Flag(JsonElement parent, string name) =>
        Find(parent, name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    private static string? Text(JsonElement parent, string name) =>
        Find(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;
}
