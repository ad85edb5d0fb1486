using System.Security.Cryptography;
using System.Text.Json;
using ScaiSend.IntegrationTests.Rules.Repository;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Our batches, as receivers made for SendGrid's event webhook see them.</summary>
public sealed class EventWebhookTests
{
    private static readonly string[] Orders = ["orders"];

    /// <summary>SendGrid's public vectors: 3 that verify, 6 that must not.</summary>
    public static TheoryData<string> Vectors => [.. Known.Select(v => v.GetProperty("id").GetString()!)];

    private static IEnumerable<JsonElement> Known =>
        JsonDocument
            .Parse(RepositoryFiles.Read("ScaiSend.IntegrationTests/SendGridCompatibility/webhook_signature_vectors.json"))
            .RootElement.GetProperty("vectors")
            .EnumerateArray();

    [Theory, MemberData(nameof(Vectors))]
    public async Task The_helpers_that_judge_our_posts_judge_sendgrids_vectors_right(string id)
    {
        var vector = Known.Single(v => v.GetProperty("id").GetString() == id);
        string Text(string name) => vector.GetProperty(name).GetString()!;

        var byNode = await WebhookVerification.ByNodeAsync(Text("public_key"), Text("payload"), Text("signature"), Text("timestamp"));

        Assert.Equal(vector.GetProperty("valid").GetBoolean(), byNode);
        if (byNode)
            Assert.True(WebhookVerification.ByCSharp(Text("public_key"), Text("payload"), Text("signature"), Text("timestamp")));
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_batch_is_verified_by_sendgrids_own_helpers_and_has_its_fields(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var catcher = await WebhookCatcher.StartAsync();
        await using var product = await Product.StartAsync(stack, sink.Address, Webhooks.Reachable());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await product.AddWebhookAsync(catcher.Url, WebhookKind.Batch, secret: key.ExportPkcs8PrivateKey());
        var publicKey = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

        var id = await product.SendAsync(
            new { to = new[] { new { email = "ada@example.org" } }, custom_args = new { order = "<17> & äöü", email = "is reserved" } },
            new { categories = Orders }
        );
        await product.EmailInStateAsync(id, "Delivered");
        var events = await catcher.CaughtEvents(2);

        foreach (var post in catcher.Posts)
        {
            var (signature, timestamp) = (post.Headers[WebhookVerification.Signature], post.Headers[WebhookVerification.Timestamp]);
            Assert.EndsWith("]\r\n", post.Text, StringComparison.Ordinal);
            Assert.True(WebhookVerification.ByCSharp(publicKey, post.Text, signature, timestamp));
            Assert.True(await WebhookVerification.ByNodeAsync(publicKey, post.Text, signature, timestamp));
            Assert.False(WebhookVerification.ByCSharp(publicKey, post.Text + " ", signature, timestamp));
        }
        Assert.Equal(["processed", "delivered"], events.Select(e => e.GetProperty("event").GetString()));
        Assert.All(events, e => Assert.Equal("ada@example.org", e.GetProperty("email").GetString()));
        Assert.All(events, e => Assert.Equal("<17> & äöü", e.GetProperty("order").GetString()));
        Assert.All(events, e => Assert.Equal("orders", e.GetProperty("category")[0].GetString()));
        Assert.All(events, e => Assert.Equal(id, e.GetProperty("sg_message_id").GetString()!.Split('.')[0]));
        Assert.StartsWith("250", events[1].GetProperty("response").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, events[1].GetProperty("tls").GetInt32());
        Assert.Contains("\\u003c17\\u003e \\u0026 äöü", catcher.Posts[0].Text, StringComparison.Ordinal);
        var mail = System.Text.Encoding.Latin1.GetString((await sink.Received(1))[0].Bytes);
        Assert.All(
            events,
            e => Assert.Contains($"\r\nMessage-ID: {e.GetProperty("smtp-id").GetString()}\r\n", mail, StringComparison.OrdinalIgnoreCase)
        );
    }
}
