namespace ScaiSend.Platform.Tracking;

/// <summary>What is added to a mail and changed in it, decided for one email: the tenant's settings, then the template's, then the request's.</summary>
public sealed record TrackingSettings
{
    /// <summary>Mail goes out as the caller wrote it.</summary>
    public static TrackingSettings Off { get; } = new();

    public bool CountsOpens { get; init; }

    /// <summary>Stands where the pixel goes; null: at the end of the body.</summary>
    public string? OpenTag { get; init; }
    public bool CountsClicks { get; init; }
    public bool CountsClicksInText { get; init; }
    public bool OffersUnsubscribe { get; init; }

    /// <summary>Footers; <c>&lt;% %&gt;</c> in them becomes the link. Null or empty: ours. Without a place for the link: with ours behind.</summary>
    public string? UnsubscribeText { get; init; }
    public string? UnsubscribeHtml { get; init; }

    /// <summary>Stands in a body where the address of the link goes; that body gets no footer.</summary>
    public string? UnsubscribeTag { get; init; }
    public bool AddsAnalytics { get; init; }
    public Analytics Analytics { get; init; } = new();
    public bool EmbedsImages { get; init; }

    /// <summary>These settings, changed where the other says something.</summary>
    public TrackingSettings With(TrackingChanges? changes) =>
        changes is null
            ? this
            : new TrackingSettings
            {
                CountsOpens = changes.CountsOpens ?? CountsOpens,
                OpenTag = changes.OpenTag ?? OpenTag,
                CountsClicks = changes.CountsClicks ?? CountsClicks,
                CountsClicksInText = changes.CountsClicksInText ?? CountsClicksInText,
                OffersUnsubscribe = changes.OffersUnsubscribe ?? OffersUnsubscribe,
                UnsubscribeText = changes.UnsubscribeText ?? UnsubscribeText,
                UnsubscribeHtml = changes.UnsubscribeHtml ?? UnsubscribeHtml,
                UnsubscribeTag = changes.UnsubscribeTag ?? UnsubscribeTag,
                AddsAnalytics = changes.AddsAnalytics ?? AddsAnalytics,
                Analytics = Analytics.With(changes.Analytics),
                EmbedsImages = changes.EmbedsImages ?? EmbedsImages,
            };
}

/// <summary>What Google Analytics is told by a link; null or empty: nothing.</summary>
public sealed record Analytics(
    string? Source = null,
    string? Medium = null,
    string? Term = null,
    string? Content = null,
    string? Campaign = null
)
{
    public Analytics With(Analytics changes) =>
        new(
            changes.Source ?? Source,
            changes.Medium ?? Medium,
            changes.Term ?? Term,
            changes.Content ?? Content,
            changes.Campaign ?? Campaign
        );

    /// <summary>The parameters that have a value, by the names they have in a URL.</summary>
    public IEnumerable<(string Name, string Value)> Parameters()
    {
        (string Name, string? Value)[] all =
        [
            ("utm_source", Source),
            ("utm_medium", Medium),
            ("utm_term", Term),
            ("utm_content", Content),
            ("utm_campaign", Campaign),
        ];
        return all.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => (one.Name, one.Value!));
    }
}
