using System.Net;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;
using SendGrid;
using SendGrid.Helpers.Errors.Model;
using SendGrid.Helpers.Mail;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Batches and scheduled sends with SendGrid's C# client.</summary>
public sealed class ClientBatchTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_batch_is_issued_used_paused_and_resumed(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var client = CSharpClientTests.Client(product);
        var id = (await AskAsync(client, BaseClient.Method.POST, "mail/batch"))["batch_id"]!.ToString();
        Assert.Equal(id, (await AskAsync(client, BaseClient.Method.GET, $"mail/batch/{id}"))["batch_id"]!.ToString());
        await Assert.ThrowsAsync<BadRequestException>(() => AskAsync(client, BaseClient.Method.GET, "mail/batch/unknown"));

        await AskAsync(client, BaseClient.Method.POST, "user/scheduled_sends", $$"""{"batch_id":"{{id}}","status":"pause"}""");
        Assert.Equal(
            "pause",
            Assert.Single((await AskAsync(client, BaseClient.Method.GET, "user/scheduled_sends")).AsArray())!["status"]!.ToString()
        );
        var message = MailHelper.CreateSingleEmail(new("hello@example.test"), new("batch@example.org"), "In a batch", "A text.", null);
        message.SetBatchId(id);
        message.SetGlobalSendAt((int)product.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
        var sent = await client.SendEmailAsync(message, Stop);
        await AskAsync(client, BaseClient.Method.PATCH, $"user/scheduled_sends/{id}", """{"status":"pause"}""");
        await AskAsync(client, BaseClient.Method.DELETE, $"user/scheduled_sends/{id}");
        Assert.Empty((await AskAsync(client, BaseClient.Method.GET, "user/scheduled_sends")).AsArray());

        product.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        var request = JsonNode.Parse(message.Serialize())!.AsObject();
        ReceivedMail.AssertIs(request, await sink.Received(1));
        CSharpClientTests.AssertKept(request, await product.MessageAsync(Assert.Single(sent.Headers.GetValues("X-Message-Id"))));
    }

    private static async Task<JsonNode> AskAsync(SendGridClient client, BaseClient.Method method, string path, string? body = null)
    {
        var answer = await client.RequestAsync(method, body, urlPath: path, cancellationToken: Stop);
        var text = await answer.Body.ReadAsStringAsync(Stop);
        return answer.StatusCode == HttpStatusCode.NoContent ? new JsonObject() : JsonNode.Parse(text)!;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
