using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ScaiSend.IntegrationTests.Rules.Repository;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>SendGrid's clients for Node, with nothing changed but their base URL; <c>node/send.cjs</c> runs in a process of its own.</summary>
public sealed class NodeClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Every_kind_of_message_arrives_as_it_was_built(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var product = await Product.StartAsync(stack, sink.Address);
        await product.AddGroupAsync(1);
        var sendAt = product.Clock.GetUtcNow().AddHours(2).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        var lines = await RunAsync("send.cjs", $"{product.Http.BaseAddress}sendgrid", product.LiveKey, sendAt);

        var sent = lines.Where(it => it["kind"]!.ToString() != "refused").ToList();
        Assert.All(sent, it => Assert.Equal(202, it["status"]!.GetValue<int>()));
        Assert.All(sent, it => Assert.Equal("", it["body"]!.ToString()));
        var now = sent.Where(it => it["kind"]!.ToString() != "scheduled").SelectMany(it => ReceivedMail.Recipients(Request(it))).Count();
        await sink.Received(now);
        product.Clock.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));
        var mails = await sink.Received(now + 1);

        Assert.Equal(now + 1, mails.Count);
        foreach (var one in sent)
        {
            ReceivedMail.AssertIs(Request(one), mails, one["kind"]!.ToString() == "template" ? Parts : null);
            CSharpClientTests.AssertKept(Request(one), await product.MessageAsync(one["id"]!.ToString()));
        }
        var refused = Assert.Single(lines, it => it["kind"]!.ToString() == "refused");
        Assert.Equal(400, refused["status"]!.GetValue<int>());
        Assert.Equal("Bad Request", refused["reason"]!.ToString());
        Assert.Equal("personalizations.0.to.0.email", refused["body"]!["errors"]![0]!["field"]!.ToString());
    }

    // The template that the script makes.
    private static TemplateParts Parts(JsonObject personalization)
    {
        var name = personalization["dynamic_template_data"]!["firstName"]!;
        return new TemplateParts($"Hello {name}", $"<p>Dear {name}</p>", $"Dear {name}");
    }

    private static JsonObject Request(JsonNode line) => line["request"]!.AsObject();

    internal static async Task<IReadOnlyList<JsonNode>> RunAsync(string script, params string[] arguments)
    {
        var home = Stacks.Setting("SCAISEND_TEST_SENDGRID_NODE");
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(RepositoryFiles.Root, "ScaiSend.IntegrationTests", "SendGridCompatibility", "node", script) },
            Environment = { ["NODE_PATH"] = Path.Combine(home, "node_modules") },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var (output, errors) = (node.StandardOutput.ReadToEndAsync(limit.Token), node.StandardError.ReadToEndAsync(limit.Token));
            await node.WaitForExitAsync(limit.Token);
            Assert.True(node.ExitCode == 0, $"{script} ended with {node.ExitCode}: {await errors}");
            return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        }
        finally
        {
            if (!node.HasExited)
                node.Kill(entireProcessTree: true);
        }
    }
}
