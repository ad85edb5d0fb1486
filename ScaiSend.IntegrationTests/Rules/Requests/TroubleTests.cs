using Amazon.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Requests;

/// <summary>What is answered when an endpoint throws.</summary>
public sealed class TroubleTests
{
    public static TheoryData<Exception, int> Thrown =>
        new()
        {
            { new TimeoutException("Too many wait"), 503 },
            { new InvalidOperationException("Something else", new TimeoutException("Too many wait")), 503 },
            { new IOException("The folder of blobs is away"), 503 },
            { new AmazonS3Exception("Slow down"), 503 },
            { new HttpRequestException("Connection refused"), 503 },
            { new InvalidOperationException("A bug"), 500 },
            { new BadHttpRequestException("Too much", 413), 413 },
        };

    [Theory, MemberData(nameof(Thrown))]
    public async Task What_is_away_or_too_slow_is_an_outage_and_a_bug_is_none(Exception thrown, int status)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        var app = new ApplicationBuilder(product.Services);
        app.UseTroubles();
        app.Run(_ => throw thrown);
        var http = new DefaultHttpContext { RequestServices = product.Services };
        http.Request.Path = "/v3/images";

        await app.Build()(http);

        Assert.Equal(status, http.Response.StatusCode);
    }
}
