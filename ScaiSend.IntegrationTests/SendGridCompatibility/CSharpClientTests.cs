using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;
using SendGrid;
using SendGrid.Helpers.Errors.Model;
using SendGrid.Helpers.Mail;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>SendGrid's C# client, with nothing changed but its host.</summary>
public sealed class CSharpClientTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Every_kind_of_message_arrives_as_it_was_built(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        await product.AddGroupAsync(1);
        var sendAt = product.Clock.GetUtcNow().AddHours(2);
        var sent = new Dictionary<string, (JsonObject Request, string Id)>();
        foreach (var (kind, message) in CSharpMessages.All(sendAt))
        {
            var answer = await Client(product).SendEmailAsync(message, Stop);
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{kind}: {await answer.Body.ReadAsStringAsync(Stop)}");
            Assert.Empty(await answer.Body.ReadAsByteArrayAsync(Stop));
            sent[kind] = (JsonNode.Parse(message.Serialize())!.AsObject(), Assert.Single(answer.Headers.GetValues("X-Message-Id")));
        }

        var now = sent.Where(it => it.Key != "scheduled").SelectMany(it => ReceivedMail.Recipients(it.Value.Request)).Count();
        await sink.Received(now);
        Assert.Equal("queued", (await product.MessageAsync(sent["scheduled"].Id)).GetProperty("status").GetString());
        product.Clock.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));
        var mails = await sink.Received(now + 2);

        Assert.Equal(now + 2, mails.Count);
        foreach (var (kind, (request, id)) in sent)
        {
            ReceivedMail.AssertIs(request, mails);
            AssertKept(request, await product.MessageAsync(id));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/sendgrid")]
    public async Task The_client_understands_acceptance_and_refusal_in_both_dialects(string prefix)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Cli.Roles.Role.Serve);
        var good = MailHelper.CreateSingleEmail(new("hello@example.test"), new("ada@example.org"), "S", "T", "<p>H</p>");

        var accepted = await Client(product, prefix).SendEmailAsync(good, Stop);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.StartsWith("msg_", Assert.Single(accepted.Headers.GetValues("X-Message-Id")), StringComparison.Ordinal);

        var bad = MailHelper.CreateSingleEmail(new("hello@example.test"), new("nobody"), "S", "T", null);
        var refused = await Assert.ThrowsAsync<BadRequestException>(() => Client(product, prefix).SendEmailAsync(bad, Stop));
        Assert.Contains("Does not contain a valid address.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("personalizations.0.to.0.email", refused.Message, StringComparison.Ordinal);

        await Assert.ThrowsAsync<UnauthorizedException>(() => Client(product, prefix, "SG.unknown").SendEmailAsync(good, Stop));
        good.SetFrom(new EmailAddress("hello@elsewhere.example"));
        await Assert.ThrowsAsync<ForbiddenException>(() => Client(product, prefix).SendEmailAsync(good, Stop));
        good.SetSandBoxMode(true);
        var checkedOnly = await Client(product, prefix).SendEmailAsync(good, Stop);
        Assert.Equal(prefix.Length > 0 ? HttpStatusCode.OK : HttpStatusCode.Accepted, checkedOnly.StatusCode);
    }

    internal static SendGridClient Client(Product product, string prefix = "/sendgrid", string? key = null) =>
        new(
            new SendGridClientOptions
            {
                ApiKey = key ?? product.LiveKey,
                Host = product.Http.BaseAddress!.ToString().TrimEnd('/') + prefix,
                HttpErrorAsException = true,
            }
        );

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What does not travel in the mail is kept with the first message.</summary>
    internal static void AssertKept(JsonObject request, JsonElement message)
    {
        var personalization = request["personalizations"]![0]!;
        Assert.Equal(Texts(request["categories"]), message.GetProperty("categories").EnumerateArray().Select(it => it.GetString()!));
        var args = new Dictionary<string, string>();
        foreach (var (name, value) in (request["custom_args"]?.AsObject() ?? []).Concat(personalization["custom_args"]?.AsObject() ?? []))
            args[name] = value!.ToString();
        Assert.Equal(args, message.GetProperty("custom_args").EnumerateObject().ToDictionary(it => it.Name, it => it.Value.GetString()!));
        var settings = message.GetProperty("settings");
        foreach (var name in (string[])["asm", "ip_pool_name", "mail_settings", "tracking_settings"])
        {
            if (request[name] is { } given)
                Assert.True(JsonNode.DeepEquals(given, JsonNode.Parse(settings.GetProperty(name).GetRawText())), name);
        }
        if (request["batch_id"] is { } batch)
            Assert.Equal(batch.ToString(), message.GetProperty("batch_id").GetString());
    }

    private static IEnumerable<string> Texts(JsonNode? list) => list?.AsArray().Select(it => it!.ToString()) ?? [];
}
