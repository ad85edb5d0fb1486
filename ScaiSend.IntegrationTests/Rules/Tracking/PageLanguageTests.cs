using ScaiSend.Api.Tracking;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class PageLanguageTests
{
    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("nl", "nl")]
    [InlineData("NL-be", "nl")]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("fr-FR,fr;q=0.9", "en")]
    [InlineData("fr,nl;q=0.5,de;q=0.7", "de")]
    [InlineData("en;q=0.5, nl;q=0.5", "en")]
    [InlineData("nl;q=0, de;q=0.1", "de")]
    [InlineData("nl;q=0", "en")]
    [InlineData("*", "en")]
    [InlineData("*;q=0.1, nl;q=0.2", "nl")]
    [InlineData("nld", "en")]
    [InlineData("nl;q=much,de;q=2,,;;", "en")]
    [InlineData("nl;q=0.001", "nl")]
    public void The_language_that_a_reader_likes_best_is_taken(string? acceptLanguage, string language) =>
        Assert.Equal(language, PageLanguage.Of(acceptLanguage));

    [Fact]
    public void A_header_of_any_length_is_read_in_little_time() =>
        Assert.Equal("de", PageLanguage.Of("de," + string.Join(',', Enumerable.Repeat("nl;q=0.9", 100_000))));
}
