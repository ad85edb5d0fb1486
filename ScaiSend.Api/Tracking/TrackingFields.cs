using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Api.Tracking;

/// <summary>The fifteen settings of a tenant's tracking: their names, limits and defaults. An empty text means the default.</summary>
internal static class TrackingFields
{
    public const string OpenEnabled = "open_tracking_enabled";
    public const string ClickEnabled = "click_tracking_enabled";
    public const string ClickInText = "click_tracking_enable_text";
    public const string SubscriptionEnabled = "subscription_tracking_enabled";
    public const string SubscriptionText = "subscription_tracking_text";
    public const string SubscriptionHtml = "subscription_tracking_html";
    public const string SubscriptionLanding = "subscription_tracking_landing_html";
    public const string SubscriptionTag = "subscription_tracking_substitution_tag";
    public const string AnalyticsEnabled = "ganalytics_enabled";
    public const string AnalyticsSource = "ganalytics_utm_source";
    public const string AnalyticsMedium = "ganalytics_utm_medium";
    public const string AnalyticsTerm = "ganalytics_utm_term";
    public const string AnalyticsContent = "ganalytics_utm_content";
    public const string AnalyticsCampaign = "ganalytics_utm_campaign";
    public const string ImageEmbedMode = "image_embed_mode";

    private static readonly string[] Flags = [OpenEnabled, ClickEnabled, ClickInText, SubscriptionEnabled, AnalyticsEnabled];

    private static readonly (string Name, int Max)[] Texts =
    [
        (SubscriptionText, 10_000),
        (SubscriptionHtml, 10_000),
        (SubscriptionLanding, 40_000),
        (SubscriptionTag, 100),
        (AnalyticsSource, 255),
        (AnalyticsMedium, 255),
        (AnalyticsTerm, 255),
        (AnalyticsContent, 255),
        (AnalyticsCampaign, 255),
    ];

    private static readonly string[] EmbedModes = ["proxy", "cid"];

    /// <summary>Every text at its limit, each character as a JSON escape.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>What every tenant has until it says otherwise.</summary>
    public static JsonObject Defaults(TrackingOptions instance)
    {
        var all = new JsonObject();
        foreach (var name in Flags)
            all[name] = name == OpenEnabled ? instance.OpenByDefault : name == ClickEnabled && instance.ClickByDefault;
        foreach (var (name, _) in Texts)
            all[name] = "";
        all[ImageEmbedMode] = EmbedModes[0];
        return all;
    }

    /// <summary>The fields that a body names, checked. What is wrong is noted in the body.</summary>
    public static JsonObject Read(BodyFields body)
    {
        var given = new JsonObject();
        foreach (var name in Flags)
            Add(name, body.Flag(name));
        foreach (var (name, _) in Texts)
            Add(name, ReadText(body, name, name));
        Add(ImageEmbedMode, body.OneOf(ImageEmbedMode, EmbedModes));
        body.RefuseOthers();
        return given;

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
                given[name] = value;
        }
    }

    /// <summary>Each text may be as long as it is, and all together are too long.</summary>
    public static IResult TooMuch(HttpContext http) =>
        Refusals.Because(
            http,
            StatusCodes.Status400BadRequest,
            $"The texts of the tracking settings have more than {StoredTracking.MaxBytes} bytes together"
        );

    /// <summary>One text under the name that a request has for it.</summary>
    public static string? ReadText(BodyFields body, string nameThere, string field) =>
        body.Text(nameThere, Texts.Single(text => text.Name == field).Max);
}
