using System.Net;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Support;
using SendGrid;
using SendGrid.Helpers.Mail;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Templates made, changed and sent with SendGrid's C# client; what arrives is what they say.</summary>
public sealed class ClientTemplateTests
{
    private static readonly EmailAddress From = new("hello@example.test", "Hello");

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_with_dynamic_templates_arrives_as_they_say(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var client = CSharpClientTests.Client(product);
        var template = await AskAsync(client, "POST", "templates", new { name = "Receipt", generation = "dynamic" });
        var id = template["id"]!.ToString();
        var first = await AskAsync(
            client,
            "POST",
            $"templates/{id}/versions",
            new
            {
                name = "First",
                subject = "Old",
                html_content = "<p>Old</p>",
            }
        );
        Assert.Equal(1, first["active"]!.GetValue<int>());
        var second = await AskAsync(
            client,
            "POST",
            $"templates/{id}/versions",
            new
            {
                name = "Second",
                subject = "Order {{order.number}}",
                html_content = "<p>Dear {{name}}</p>",
                plain_content = "Dear {{{name}}}",
            }
        );
        Assert.Equal(0, second["active"]!.GetValue<int>());
        await AskAsync(client, "POST", $"templates/{id}/versions/{second["id"]}/activate", null);
        var read = await AskAsync(client, "GET", $"templates/{id}", null);
        Assert.Equal([0, 1], read["versions"]!.AsArray().Select(it => it!["active"]!.GetValue<int>()).Order());

        var single = MailHelper.CreateSingleTemplateEmail(
            From,
            new EmailAddress("one@example.org"),
            id,
            new { name = "O'Neil", order = new { number = 1 } }
        );
        var several = MailHelper.CreateMultipleTemplateEmailsToMultipleRecipients(
            From,
            [new EmailAddress("two@example.org"), new EmailAddress("three@example.org")],
            id,
            [new { name = "Ada", order = new { number = 2 } }, new { name = "Grace", order = new { number = 3 } }]
        );
        var all = MailHelper.CreateSingleTemplateEmailToMultipleRecipients(
            From,
            [new EmailAddress("four@example.org"), new EmailAddress("five@example.org")],
            id,
            new { name = "All", order = new { number = 4 } }
        );
        foreach (var message in (SendGridMessage[])[single, several, all])
            Assert.Equal(HttpStatusCode.Accepted, (await client.SendEmailAsync(message, Stop)).StatusCode);
        var mails = await sink.Received(5);

        foreach (var message in (SendGridMessage[])[single, several, all])
            ReceivedMail.AssertIs(JsonNode.Parse(message.Serialize())!.AsObject(), mails, Parts);

        static TemplateParts Parts(JsonObject personalization)
        {
            var data = personalization["dynamic_template_data"]!;
            var name = data["name"]!.ToString();
            return new TemplateParts(
                $"Order {data["order"]!["number"]}",
                $"<p>Dear {name.Replace("'", "&#x27;", StringComparison.Ordinal)}</p>",
                $"Dear {name}"
            );
        }
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Mail_with_a_legacy_template_arrives_as_it_says(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        var client = CSharpClientTests.Client(product);
        // The name alone makes a legacy template, as at SendGrid.
        var id = (await AskAsync(client, "POST", "templates", new { name = "Old" }))["id"]!.ToString();
        await AskAsync(
            client,
            "POST",
            $"templates/{id}/versions",
            new
            {
                name = "First",
                subject = "[Shop] <%subject%>",
                html_content = "<div><%body%></div>",
                plain_content = "-- <%body%>",
            }
        );
        var message = MailHelper.CreateSingleEmail(
            From,
            new EmailAddress("old@example.org"),
            "Hello -name-",
            "-greeting-",
            "<p>-greeting-</p>"
        );
        message.SetTemplateId(id);
        message.AddSubstitutions(new() { ["-greeting-"] = ":formal", ["-name-"] = "Ada" });
        message.AddSection(":formal", "Dear -name-");
        Assert.Equal(HttpStatusCode.Accepted, (await client.SendEmailAsync(message, Stop)).StatusCode);

        ReceivedMail.AssertIs(
            JsonNode.Parse(message.Serialize())!.AsObject(),
            await sink.Received(1),
            _ => new TemplateParts("[Shop] Hello Ada", "<div><p>Dear Ada</p></div>", "-- Dear Ada")
        );
    }

    private static async Task<JsonNode> AskAsync(SendGridClient client, string method, string path, object? body)
    {
        var answer = await client.RequestAsync(
            Enum.Parse<BaseClient.Method>(method),
            body is null ? null : System.Text.Json.JsonSerializer.Serialize(body),
            urlPath: path,
            cancellationToken: Stop
        );
        return JsonNode.Parse(await answer.Body.ReadAsStringAsync(Stop))!;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
