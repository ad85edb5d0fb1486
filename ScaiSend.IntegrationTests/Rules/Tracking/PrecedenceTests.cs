using System.Text.Json;
using ScaiSend.Platform.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class PrecedenceTests
{
    [Theory]
    // The tenant, the template, the request; then opens, clicks, clicks in text, unsubscribe, analytics, embedding.
    [InlineData(null, null, null, "ox ---- ")]
    [InlineData("{}", "{}", "{}", "ox ---- ")]
    [InlineData("""{"open_tracking_enabled":false}""", null, null, "-x ---- ")]
    [InlineData("""{"open_tracking_enabled":false}""", """{"open_tracking":{"enable":true}}""", null, "ox ---- ")]
    [InlineData(
        """{"open_tracking_enabled":false}""",
        """{"open_tracking":{"enable":true}}""",
        """{"open_tracking":{"enable":false}}""",
        "-x ---- "
    )]
    [InlineData("""{"click_tracking_enable_text":true}""", null, """{"click_tracking":{"enable":false}}""", "o- t--- ")]
    [InlineData(
        """{"click_tracking_enabled":false}""",
        """{"click_tracking":{"enable_text":true}}""",
        """{"click_tracking":{"enable":true}}""",
        "ox t--- "
    )]
    [InlineData("""{"subscription_tracking_enabled":true}""", null, """{"subscription_tracking":{"text":"x"}}""", "ox -s-- ")]
    [InlineData("""{"subscription_tracking_enabled":true}""", """{"subscription_tracking":{"enable":false}}""", null, "ox ---- ")]
    [InlineData("""{"ganalytics_enabled":true,"image_embed_mode":"cid"}""", null, """{"ganalytics":null}""", "ox --ac ")]
    [InlineData(
        """{"image_embed_mode":"cid","open_tracking_enabled":null}""",
        null,
        """{"image_embed_mode":"proxy","open_tracking_enabled":false}""",
        "ox ---c "
    )]
    public void The_later_goes_before_the_earlier_and_what_is_omitted_keeps_its_value(
        string? tenant,
        string? template,
        string? request,
        string on
    )
    {
        var settings = Merged(tenant, template, request);

        Assert.Equal(
            on,
            $"{(settings.CountsOpens ? 'o' : '-')}{(settings.CountsClicks ? 'x' : '-')} {(settings.CountsClicksInText ? 't' : '-')}"
                + $"{(settings.OffersUnsubscribe ? 's' : '-')}{(settings.AddsAnalytics ? 'a' : '-')}{(settings.EmbedsImages ? 'c' : '-')} "
        );
    }

    [Fact]
    public void Each_text_is_kept_until_another_is_given()
    {
        var settings = Merged(
            """{"subscription_tracking_text":"t1","subscription_tracking_html":"h1","subscription_tracking_substitution_tag":"s1","open_tracking_substitution_tag":"o1","ganalytics_utm_source":"a1","ganalytics_utm_medium":"b1","ganalytics_utm_term":"c1"}""",
            """{"subscription_tracking":{"html":"h2","substitution_tag":"s2"},"ganalytics":{"utm_medium":"b2","utm_content":"d2"}}""",
            """{"subscription_tracking":{"substitution_tag":"s3"},"ganalytics":{"utm_term":"c3","utm_campaign":"e3"}}"""
        );

        Assert.Equal(
            ("t1", "h2", "s3", "o1"),
            (settings.UnsubscribeText, settings.UnsubscribeHtml, settings.UnsubscribeTag, settings.OpenTag)
        );
        Assert.Equal(new Analytics("a1", "b2", "c3", "d2", "e3"), settings.Analytics);
    }

    [Fact]
    public void An_operator_can_have_it_off_until_somebody_asks() =>
        Assert.Equal(
            (false, true),
            (
                new TrackingOptions { OpenByDefault = false }
                    .Defaults()
                    .CountsOpens,
                new TrackingOptions { OpenByDefault = false }
                    .Defaults()
                    .With(TrackingChanges.ReadStored("""{"open_tracking_enabled":true}"""))
                    .CountsOpens
            )
        );

    private static TrackingSettings Merged(string? tenant, string? template, string? request) =>
        new TrackingOptions()
            .Defaults()
            .With(TrackingChanges.ReadStored(tenant))
            .With(TrackingChanges.ReadVersion(template))
            .With(request is null ? null : TrackingChanges.ReadRequest(JsonDocument.Parse(request).RootElement));
}
