using ScaiSend.Api.MailSend;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class MalformedJsonTests
{
    [Theory]
    [InlineData("", "Bad Request: the body is not valid JSON, at line 1, byte 1.")]
    [InlineData("{", "Bad Request: the body is not valid JSON, at line 1, byte 2.")]
    [InlineData("{\n  \"from\": x}", "Bad Request: the body is not valid JSON, at line 2, byte 11.")]
    [InlineData("{} {}", "Bad Request: the body is not valid JSON, at line 1, byte 4.")]
    [InlineData("{\"a\":1,}", "Bad Request: the body is not valid JSON, at line 1, byte 8.")]
    [InlineData("{\"subject\":\n \"\\ud800\"}", "Bad Request: the body is not valid JSON, at line 2, byte 2.")]
    [InlineData("{\"\\udc00\":1}", "Bad Request: the body is not valid JSON, at line 1, byte 2.")]
    [InlineData("{\"unknown\":[{\"\":\"\\ud800x\"}]}", "Bad Request: the body is not valid JSON, at line 1, byte 17.")]
    [InlineData("{\"attachments\":[{\"content\":\"\\ud800\"}]}", "Bad Request: the body is not valid JSON, at line 1, byte 28.")]
    [InlineData("[]", "Invalid type. Expected: object, given: array.")]
    [InlineData("null", "Invalid type. Expected: object, given: null.")]
    [InlineData("\"a\"", "Invalid type. Expected: object, given: string.")]
    public void Malformed_json_is_one_error_that_says_where(string json, string message)
    {
        var outcome = Requests.Parse(json);

        Assert.Null(outcome.Mail);
        var error = Assert.Single(outcome.Errors);
        Assert.Equal((message, null), (error.Message, error.Field));
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(32, false)]
    [InlineData(100_000, false)]
    public void Nesting_ends_at_32(int arrays, bool isAccepted)
    {
        var request = Requests.Good().ToJsonString()[..^1] + ",\"unknown\":" + new string('[', arrays) + new string(']', arrays) + "}";

        var outcome = Requests.Parse(request);

        Assert.Equal(isAccepted, outcome.Mail is not null);
        Assert.All(
            outcome.Errors,
            error => Assert.Contains("nested deeper than 32 levels, at line 1, byte ", error.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused()
    {
        var outcome = MailSendRequest.Parse(
            "{\"subject\":\"\xff\"}"u8.ToArray().Select(b => b == 0xC3 ? (byte)0xFF : b).ToArray(),
            Requests.Now
        );

        Assert.Equal("Invalid UTF8 in request", Assert.Single(outcome.Errors).Message);
    }
}
