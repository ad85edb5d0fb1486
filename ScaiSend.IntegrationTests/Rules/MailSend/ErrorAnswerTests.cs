using System.Text;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.SendGridShape;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

public sealed class ErrorAnswerTests
{
    [Fact]
    public async Task Errors_are_written_as_SendGrid_writes_them() =>
        Assert.Equal(
            (
                400,
                "application/json",
                """{"errors":[{"message":"It's \"wrong\"","field":"a.0.b","help":null},{"message":"x","field":null,"help":null}]}"""
            ),
            await AnswerAsync(new SendGridErrors(400, [new ApiError("It's \"wrong\"", "a.0.b"), new ApiError("x")]))
        );

    [Fact]
    public async Task A_detail_is_written_alone() =>
        Assert.Equal(
            (404, "application/json", """{"detail":"Template not found: d-abc123"}"""),
            await AnswerAsync(new DetailError(404, "Template not found: d-abc123"))
        );

    private static async Task<(int Status, string? ContentType, string Body)> AnswerAsync(IResult answer)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        await answer.ExecuteAsync(http);
        return (http.Response.StatusCode, http.Response.ContentType, Encoding.UTF8.GetString(body.ToArray()));
    }
}
