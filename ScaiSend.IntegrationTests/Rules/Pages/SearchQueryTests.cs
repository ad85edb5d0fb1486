using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using ScaiSend.Api.Console.Messages;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>What the one box understands.</summary>
public sealed class SearchQueryTests
{
    private const string Id = "0199c0de000070008000000000000001";

    [Theory]
    [InlineData("ada@example.org", "to")]
    [InlineData("  ada@example.org ", "to")]
    [InlineData("Your order", "subject")]
    [InlineData("mail to ada@example.org", "subject")]
    [InlineData("@example.org", "subject")]
    [InlineData($"msg_{Id}", "message")]
    [InlineData($"eml_{Id}", "email")]
    [InlineData($"evt_{Id}0002", "email")]
    [InlineData($"<{Id}@example.test>", "email")]
    [InlineData("", "nothing")]
    public void It_tells_addresses_ids_and_subjects_apart(string typed, string kind)
    {
        var query = Read($"?q={Uri.EscapeDataString(typed)}");

        Assert.Equal(
            kind,
            query.Id?.MessageId is not null ? "message"
                : query.Id?.EmailId is not null ? "email"
                : query.Recipient is not null ? "to"
                : query.Subject is not null ? "subject"
                : "nothing"
        );
    }

    [Fact]
    public void A_link_to_a_search_is_read_as_that_search()
    {
        var query = Read("?to=a%2Bb@example.org&subject=50%25%20%26%20more&from=shop&state=bounced&since=2026-01-01&until=2026-01-31");

        var again = Read(query.Link()["messages".Length..]);

        Assert.Equal(query, again);
        Assert.Equal(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), again.Until);
    }

    [Fact]
    public void What_is_no_day_is_said()
    {
        Assert.Contains("31.12.2026", Read("?since=31.12.2026").Trouble!, StringComparison.Ordinal);
    }

    private static SearchQuery Read(string query) => SearchQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(query)));
}
