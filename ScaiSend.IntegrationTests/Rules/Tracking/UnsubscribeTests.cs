using ScaiSend.IntegrationTests.Rules.Rendering;
using ScaiSend.Platform.Tracking;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class UnsubscribeTests
{
    [Theory]
    [InlineData("<%asm_group_unsubscribe_raw_url%>", "[unsubscribe 7]")]
    [InlineData("<a href=\"<%asm_group_unsubscribe_raw_url%>\">x</a>", "<a href=\"[unsubscribe 7]\">x</a>")]
    [InlineData("<% asm_global_unsubscribe_raw_url %>", "[unsubscribe]")]
    [InlineData("<%asm_preferences_raw_url%>", "[unsubscribe 7]")]
    [InlineData("<%asm_group_unsubscribe_url%>", "<a href=\"[unsubscribe 7]\">Unsubscribe</a>")]
    [InlineData("<%asm_global_unsubscribe_url%>", "<a href=\"[unsubscribe]\">Unsubscribe From All</a>")]
    [InlineData("<%asm_preferences_url%>", "<a href=\"[unsubscribe 7]\">Manage Preferences</a>")]
    [InlineData("<%asm_other%> <% %> <%click here%> <% unfinished", "<%asm_other%> <% %> <%click here%> <% unfinished")]
    [InlineData(
        "<a href=\"https://a.example/?u=<%asm_group_unsubscribe_raw_url%>\">x</a>",
        "<a href=\"https://a.example/?u=[unsubscribe 7]\">x</a>"
    )]
    public async Task SendGrids_tags_of_groups_become_links(string html, string changed) =>
        Assert.Equal(changed, Tracked.ReadUnsubscribe(await Tracked.HtmlAsync(html, Tracked.Clicks, group: 7)));

    [Fact]
    public async Task They_become_addresses_in_text() =>
        Assert.Equal(
            "Leave: [unsubscribe 7] Unsubscribe From All: [unsubscribe]",
            Tracked.ReadUnsubscribe(
                await Tracked.TextAsync(
                    "Leave: <%asm_group_unsubscribe_raw_url%> <%asm_global_unsubscribe_url%>",
                    Tracked.ClicksInText,
                    group: 7
                )
            )
        );

    [Fact]
    public async Task Without_a_group_its_tag_is_about_all_mail() =>
        Assert.Equal(
            "[unsubscribe]",
            Tracked.ReadUnsubscribe(await Tracked.HtmlAsync("<%asm_group_unsubscribe_raw_url%>", TrackingSettings.Off))
        );

    [Theory]
    [InlineData("<body>a</body>", "<body>a<p>Bye <a href=\"[unsubscribe]\">click here</a>.</p></body>")]
    [InlineData("a <% %> b", "a [unsubscribe] b")]
    [InlineData("a<% click here %>b", "a<a href=\"[unsubscribe]\">click here</a>b")]
    [InlineData("a<%clickhere%>b", "a<a href=\"[unsubscribe]\">click here</a>b")]
    [InlineData("a<a href=\"[unsubscribe]\">b</a>", "a<a href=\"[unsubscribe]\">b</a>")]
    [InlineData("<%= other %>", "<%= other %><p>Bye <a href=\"[unsubscribe]\">click here</a>.</p>")]
    public async Task A_footer_is_added_unless_the_body_says_where_the_link_goes(string html, string changed)
    {
        var settings = Tracked.Unsubscribe with { UnsubscribeHtml = "<p>Bye <% clickhere %>.</p>" };

        Assert.Equal(changed, Tracked.ReadUnsubscribe(await Tracked.HtmlAsync(html, settings)));
    }

    [Theory]
    [InlineData("a", "a\nBye [unsubscribe 3]")]
    [InlineData("a\n", "a\nBye [unsubscribe 3]")]
    [InlineData("a -out- b", "a [unsubscribe 3] b")]
    public async Task A_text_has_a_footer_of_its_own(string text, string changed)
    {
        var settings = Tracked.Unsubscribe with { UnsubscribeText = "Bye <% %>", UnsubscribeTag = "-out-" };

        Assert.Equal(changed, Tracked.ReadUnsubscribe(await Tracked.TextAsync(text, settings, group: 3)));
    }

    [Theory]
    [InlineData("<p>Bye.</p>", $"<p>Bye.</p>{Ours}")]
    [InlineData("", Ours)]
    [InlineData("<p>Bye: <% no end", $"<p>Bye: <% no end{Ours}")]
    [InlineData("<a href=\"[unsubscribe]\">Bye</a>", "<a href=\"[unsubscribe 3]\">Bye</a>")]
    [InlineData("<%asm_global_unsubscribe_raw_url%>", "[unsubscribe]")]
    public async Task A_footer_that_has_no_place_for_the_link_is_followed_by_ours(string footer, string sent) =>
        Assert.Equal(
            sent,
            Tracked.ReadUnsubscribe(await Tracked.HtmlAsync("", Tracked.Unsubscribe with { UnsubscribeHtml = footer }, group: 3))
        );

    [Theory]
    [InlineData("Bye.", null, "a\nBye.\nTo stop receiving these emails, unsubscribe here: [unsubscribe 3]")]
    [InlineData("Bye.\n", null, "a\nBye.\nTo stop receiving these emails, unsubscribe here: [unsubscribe 3]")]
    [InlineData("", null, "a\nTo stop receiving these emails, unsubscribe here: [unsubscribe 3]")]
    [InlineData("Bye: -out-", "-out-", "a\nBye: [unsubscribe 3]")]
    public async Task So_is_a_footer_of_a_text(string footer, string? tag, string sent)
    {
        var settings = Tracked.Unsubscribe with { UnsubscribeText = footer, UnsubscribeTag = tag };

        Assert.Equal(sent, Tracked.ReadUnsubscribe(await Tracked.TextAsync("a", settings, group: 3)));
    }

    private const string Ours = "<p>To stop receiving these emails, <a href=\"[unsubscribe 3]\">unsubscribe here</a>.</p>";

    [Fact]
    public async Task The_footer_without_words_of_the_sender_is_ours()
    {
        Assert.Equal(
            "<p>To stop receiving these emails, <a href=\"[unsubscribe]\">unsubscribe here</a>.</p>",
            Tracked.ReadUnsubscribe(await Tracked.HtmlAsync("", Tracked.Unsubscribe))
        );
        Assert.Equal(
            "a\nTo stop receiving these emails, unsubscribe here: [unsubscribe]",
            Tracked.ReadUnsubscribe(await Tracked.TextAsync("a", Tracked.Unsubscribe))
        );
    }

    [Theory]
    [InlineData(true, null, "<[unsubscribe]>")]
    [InlineData(false, 7, "<[unsubscribe 7]>")]
    [InlineData(true, 7, "<[unsubscribe 7]>")]
    public async Task Mail_programs_are_told_how_to_unsubscribe(bool isOn, int? group, string field)
    {
        var mail = await Tracked.ParsedAsync(new TrackingSettings { OffersUnsubscribe = isOn }, group, ("text/plain", "a"));

        var mailbox = $"{Mails.Mailboxes.LocalPartOf(Mails.Plain.EmailId, group)}@bounce.example.net";
        Assert.Equal($"{field}, <mailto:{mailbox}>", Tracked.ReadUnsubscribe(mail.Headers["List-Unsubscribe"]!));
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
    }

    [Fact]
    public async Task They_are_not_told_where_nothing_is_offered()
    {
        var mail = await Tracked.ParsedAsync(Tracked.Opens, null, ("text/html", "a"));

        Assert.Null(mail.Headers["List-Unsubscribe"]);
        Assert.Null(mail.Headers["List-Unsubscribe-Post"]);
    }

    [Fact]
    public async Task The_callers_own_field_wins()
    {
        var mail = await (Mails.Plain.WithHeader("list-unsubscribe", "<mailto:own@example.com>") with { GroupId = 7 }).ParsedAsync();

        Assert.Equal("<mailto:own@example.com>", mail.Headers["List-Unsubscribe"]);
        Assert.Null(mail.Headers["List-Unsubscribe-Post"]);
    }
}
