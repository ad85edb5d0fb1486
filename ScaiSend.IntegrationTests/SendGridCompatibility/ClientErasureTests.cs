using System.Net;
using System.Text.Json;
using ScaiSend.IntegrationTests.Support;
using SendGrid;
using SendGrid.Helpers.Errors.Model;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>An erasure with SendGrid's C# client.</summary>
public sealed class ClientErasureTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Recipients_are_erased(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        var client = CSharpClientTests.Client(product);

        var answer = await client.RequestAsync(
            BaseClient.Method.POST,
            """{"email_addresses":["user1@example.com","user2@example.com"]}""",
            urlPath: "recipients/erasejob",
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var body = JsonDocument.Parse(await answer.Body.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.True(Guid.TryParseExact(body.GetProperty("job_id").GetString(), "D", out _));
        await Assert.ThrowsAsync<BadRequestException>(() =>
            client.RequestAsync(
                BaseClient.Method.POST,
                """{"email_addresses":["user1"]}""",
                urlPath: "recipients/erasejob",
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
    }
}
