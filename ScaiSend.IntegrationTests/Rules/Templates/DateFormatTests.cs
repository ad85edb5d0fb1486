using System.Text.Json;
using ScaiSend.Platform.Templates;

namespace ScaiSend.IntegrationTests.Rules.Templates;

/// <summary><c>formatDate</c>, with the letters of moment.js.</summary>
public sealed class DateFormatTests
{
    public static TheoryData<string, string, string?, string> Cases =>
        new()
        {
            { "\"2027-03-08T15:04:05Z\"", "YYYY YY MMMM MMM MM M", null, "2027 27 March Mar 03 3" },
            { "\"2027-03-08T15:04:05Z\"", "DD D Do dddd ddd", null, "08 8 8th Monday Mon" },
            { "\"2027-03-08T15:04:05Z\"", "hh h HH H mm m ss s A a", null, "03 3 15 15 04 4 05 5 PM pm" },
            { "\"2027-03-08T00:04:05.678Z\"", "h A SSS Z ZZ", null, "12 AM 678 +00:00 +0000" },
            { "\"2027-03-08T15:04:05Z\"", "MM/DD/YYYY [at] HH:mm, x", null, "03/08/2027 at 15:04, x" },
            { "\"2027-03-08T15:04:05Z\"", "HH:mm ZZ", "-0800", "07:04 -0800" },
            { "\"2027-03-08T15:04:05Z\"", "HH:mm Z", "+05:30", "20:34 +05:30" },
            { "\"2027-03-08T15:04:05Z\"", "HH:mm Z", "Europe/Berlin", "16:04 +01:00" },
            { "\"2027-07-08T15:04:05Z\"", "HH:mm Z", "Europe/Berlin", "17:04 +02:00" },
            { "\"2027-03-08T15:04:05+02:00\"", "HH:mm Z", null, "13:04 +00:00" },
            { "\"2027-03-08\"", "YYYY-MM-DD HH:mm", null, "2027-03-08 00:00" },
            { "\"2027-03-08T15:04:05.123456789Z\"", "ss", null, "05" },
            { "1804518245", "YYYY-MM-DD HH:mm:ss", null, "2027-03-08 15:04:05" },
            { "1804518245000", "YYYY-MM-DD HH:mm:ss", null, "2027-03-08 15:04:05" },
            { "\"1804518245\"", "YYYY", null, "2027" },
            { "0", "YYYY", null, "1970" },
            { "-1", "YYYY ss", null, "1969 59" },
            { "1e300", "YYYY", null, "" },
            { "\"0001-01-01T00:00:00Z\"", "YYYY", "-0800", "" },
            { "\"tomorrow\"", "YYYY", null, "" },
            { "\"10:30\"", "YYYY", null, "" },
            { "\"\"", "YYYY", null, "" },
            { "null", "YYYY", null, "" },
            { "[]", "YYYY", null, "" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_moment_is_written_in_the_zone_asked_for(string moment, string format, string? zone, string text)
    {
        var data = TemplateData.Of(JsonElement.Parse($"{{\"at\":{moment}}}"));
        var argument = zone is null ? "" : $"\"{zone}\"";
        var template = CompiledTemplate.Compile($"{{{{formatDate at \"{format}\" {argument}}}}}", out _)!;

        Assert.Equal(text, template.Render(data, 1000, TestContext.Current.CancellationToken).Text);
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("-9900")]
    [InlineData("../../etc/passwd")]
    public void A_zone_that_nobody_knows_is_a_failure(string zone)
    {
        var template = CompiledTemplate.Compile($"x\n{{{{formatDate 0 'YYYY' '{zone}'}}}}", out _)!;

        var reason = Assert
            .Throws<TemplateRenderException>(() => template.Render(TemplateData.Empty, 1000, TestContext.Current.CancellationToken))
            .Message;

        Assert.Equal("line 2, column 3: The time zone is neither an offset like -0800 nor a known name like Europe/Berlin", reason);
    }
}
