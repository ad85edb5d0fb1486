using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Tracking;

namespace ScaiSend.Api.SendGridShape;

/// <summary>One of SendGrid's tracking settings, and what its members are called in a tenant's settings.</summary>
/// <param name="Path">Below <c>/v3/tracking_settings</c>; the setting's name in the list.</param>
/// <param name="Flags">The first one says whether it is on.</param>
/// <param name="HasUrl">Whether SendGrid shows a <c>url</c> that is always empty here.</param>
internal sealed record TrackingPart(
    string Path,
    string Title,
    string Description,
    IReadOnlyList<(string Name, string Field)> Flags,
    IReadOnlyList<(string Name, string Field)> Texts,
    bool HasUrl = false
);

/// <summary>Tracking settings in SendGrid's words.</summary>
internal static class TrackingShape
{
    public static IReadOnlyList<TrackingPart> Parts { get; } =
    [
        new(
            "click",
            "Click Tracking",
            "Leads the links of a mail over this installation, to see which are followed.",
            [("enabled", TrackingFields.ClickEnabled), ("enable_text", TrackingFields.ClickInText)],
            []
        ),
        new(
            "google_analytics",
            "Google Analytics",
            "Adds parameters to the links of a mail that Google Analytics knows.",
            [("enabled", TrackingFields.AnalyticsEnabled)],
            [
                ("utm_source", TrackingFields.AnalyticsSource),
                ("utm_medium", TrackingFields.AnalyticsMedium),
                ("utm_term", TrackingFields.AnalyticsTerm),
                ("utm_content", TrackingFields.AnalyticsContent),
                ("utm_campaign", TrackingFields.AnalyticsCampaign),
            ]
        ),
        new(
            "open",
            "Open Tracking",
            "Puts a picture that cannot be seen into a mail, to see whether it is opened.",
            [("enabled", TrackingFields.OpenEnabled)],
            []
        ),
        new(
            "subscription",
            "Subscription Tracking",
            "Puts a link to unsubscribe at the end of a mail.",
            [("enabled", TrackingFields.SubscriptionEnabled)],
            [
                ("html_content", TrackingFields.SubscriptionHtml),
                ("plain_content", TrackingFields.SubscriptionText),
                ("landing", TrackingFields.SubscriptionLanding),
                ("replace", TrackingFields.SubscriptionTag),
            ],
            HasUrl: true
        ),
    ];

    public static IResult List(JsonObject settings) =>
        Results.Json(
            new
            {
                result = Parts.Select(part => new
                {
                    name = part.Path,
                    title = part.Title,
                    description = part.Description,
                    enabled = settings[part.Flags[0].Field],
                }),
            }
        );

    public static IResult Show(TrackingPart part, JsonObject settings)
    {
        var shown = part.Flags.Concat(part.Texts).ToDictionary(member => member.Name, member => settings[member.Field]);
        if (part.HasUrl)
            shown["url"] = "";
        return Results.Json(shown);
    }
}
