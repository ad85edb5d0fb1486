using ScaiSend.Platform.Storage.Messages;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.IntegrationTests.Rules.Suppressions;

/// <summary>Which list keeps which mail back, and which of the four flags lets it go.</summary>
public sealed class SuppressionRuleTests
{
    public static TheoryData<string, string?, string?> Cases =>
        new()
        {
            { "Bounces", null, "Bounced Address" },
            { "Bounces", "bypass_bounce_management", null },
            { "Bounces", "bypass_spam_management", "Bounced Address" },
            { "Bounces", "bypass_unsubscribe_management", "Bounced Address" },
            { "Bounces", "bypass_list_management", null },
            { "InvalidEmails", null, "Invalid" },
            { "InvalidEmails", "bypass_bounce_management", "Invalid" },
            { "InvalidEmails", "bypass_list_management", null },
            { "SpamReports", null, "Spam Reporting Address" },
            { "SpamReports", "bypass_spam_management", null },
            { "SpamReports", "bypass_bounce_management", "Spam Reporting Address" },
            { "GlobalUnsubscribes", null, "Unsubscribed Address" },
            { "GlobalUnsubscribes", "bypass_unsubscribe_management", null },
            { "GlobalUnsubscribes", "bypass_spam_management", "Unsubscribed Address" },
            { "Group", null, "Unsubscribed Address" },
            { "Group", "bypass_unsubscribe_management", "Unsubscribed Address" },
            { "Group", "bypass_list_management", null },
            { "Blocks", null, null },
        };

    [Theory, MemberData(nameof(Cases))]
    public void A_list_keeps_mail_back_unless_its_flag_is_set(string list, string? flag, string? reason)
    {
        var on = Enum.Parse<SuppressionList>(list);
        var settings = MessageSettings.Read(
            """{"asm":{"group_id":7},"mail_settings":{"FLAG":{"enable":true},"bypass_other":{"enable":false}}}""".Replace(
                "FLAG",
                flag ?? "none",
                StringComparison.Ordinal
            )
        );

        Assert.Equal(reason, SuppressionRule.Reason([new ListedOn(on, on == SuppressionList.Group ? 7 : 0)], settings));
    }

    [Fact]
    public void Another_group_keeps_nothing_back_and_a_flag_that_is_off_lifts_nothing()
    {
        Assert.Null(SuppressionRule.Reason([new ListedOn(SuppressionList.Group, 8)], MessageSettings.Read("""{"asm":{"group_id":7}}""")));
        Assert.Null(SuppressionRule.Reason([new ListedOn(SuppressionList.Group, 8)], MessageSettings.None));
        var off = MessageSettings.Read("""{"mail_settings":{"bypass_list_management":{"enable":false}}}""");
        Assert.Equal("Bounced Address", SuppressionRule.Reason([new ListedOn(SuppressionList.Bounces, 0)], off));
    }

    [Fact]
    public void The_pool_is_read_with_the_rest()
    {
        Assert.Equal("news", MessageSettings.Read("""{"ip_pool_name":"news"}""").Pool);
        Assert.Null(MessageSettings.Read("""{"tracking_settings":{}}""").Pool);
    }

    [Theory]
    [InlineData("Ada@Example.ORG", "ada@example.org", true)]
    [InlineData("ada@bücher.example", "ADA@XN--BCHER-KVA.example", true)]
    [InlineData("ada@example.org", "ada@example.com", false)]
    [InlineData("ada+news@example.org", "ada@example.org", false)]
    public void Case_and_the_way_a_domain_is_written_do_not_count(string one, string other, bool isSame) =>
        Assert.Equal(isSame, SuppressedAddress.IdOf(one) == SuppressedAddress.IdOf(other));
}
