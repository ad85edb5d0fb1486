using ScaiSend.Platform.Templates;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Rendering;

/// <summary>Legacy substitutions: literal texts, replaced once.</summary>
public sealed class SubstitutionTests
{
    public static TheoryData<string, string, string[]> Cases =>
        new()
        {
            { "Hi -name-!", "Hi Jane!", ["-name-=Jane"] },
            { "-name--name-", "JaneJane", ["-name-=Jane"] },
            { "%name% %names%", "A B", ["%name%=A", "%names%=B"] },
            { "abcd", "2d", ["a=0", "ab=1", "abc=2"] },
            { "abd", "1d", ["a=0", "ab=1", "abc=2"] },
            { "x y", "y x", ["x=y", "y=x"] },
            { "%a%", "%b%", ["%a%=%b%", "%b%=never"] },
            { "Case", "Case", ["case=no"] },
            { "[%x%]", "[]", ["%x%="] },
            { "nothing here", "nothing here", ["%x%=y"] },
            { "$1 .* \\", "one .* \\", ["$1=one"] },
            { "キー and 🎉", "値 and party", ["キー=値", "🎉=party"] },
            { "", "", ["a=b"] },
            { "empty key", "empty key", ["=b"] },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_key_gives_its_value_the_longest_first(string text, string result, string[] pairs) =>
        Assert.Equal(result, new Substitutions(pairs.Select(pair => pair.Split('=', 2)).ToDictionary(p => p[0], p => p[1])).Apply(text));

    [Fact]
    public async Task Subject_content_and_header_values_are_filled_in()
    {
        var email = Mails
            .Plain.WithSubject("For -name-")
            .WithContent(("text/plain", "Dear -name-"), ("text/html", "<p>Dear -name-</p>"))
            .WithHeader("X-Shared", "-name-");
        email = email with
        {
            Personalization = email.Personalization with
            {
                Subject = "Only for -name-",
                Headers = new Dictionary<string, string> { ["X-Own"] = "-name-" },
                Substitutions = new Dictionary<string, string> { ["-name-"] = "Jörg" },
            },
        };

        var message = await email.ParsedAsync();

        Assert.Equal("Only for Jörg", message.Subject);
        Assert.Equal(("Dear Jörg", "<p>Dear Jörg</p>"), (message.TextBody, message.HtmlBody));
        Assert.Equal(("Jörg", "Jörg"), (message.Headers["X-Shared"], message.Headers["X-Own"]));
    }

    [Fact]
    public async Task A_value_cannot_start_another_header()
    {
        var email = Mails.Plain.WithHeader("X-Own", "-name-");
        email = email with
        {
            Personalization = email.Personalization with
            {
                Substitutions = new Dictionary<string, string> { ["-name-"] = "x\r\nBcc: a@b.c" },
            },
        };

        Assert.Equal("x Bcc: a@b.c", (await email.TextAsync()).RawField("X-Own"));
    }
}
