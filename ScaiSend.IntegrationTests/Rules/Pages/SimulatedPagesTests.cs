using System.Net;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.IntegrationTests.Support.Browser;

namespace ScaiSend.IntegrationTests.Rules.Pages;

/// <summary>What the simulator plays is never taken for real.</summary>
public sealed class SimulatedPagesTests
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Simulated_mail_is_called_so_counts_in_no_figure_and_cannot_become_real(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, "127.0.0.1:1");
        await product.AddPersonAsync(roles: "admin");
        var id = await product.SendAsync(Some.To("bounce@simulator.scaisend.test"));
        await product.EmailInStateAsync(id, "Bounced");
        using var ada = await ConsoleCaller.SignInAsync(product);

        var explained = (await product.CallAsync("GET", $"/v3/messages/{id}/explain", product.LiveKey)).Json.GetProperty("emails")[0];
        Assert.True(explained.GetProperty("simulated").GetBoolean());
        Assert.StartsWith("Simulated: ", explained.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Contains("nothing leaves this machine", explained.GetProperty("guarantee").GetString(), StringComparison.Ordinal);
        Assert.Equal("nothing", explained.GetProperty("actions")[0].GetProperty("action").GetString());

        var page = (await ada.GetAsync($"/console/messages/{id}")).Html;
        Assert.Contains(">simulated<", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"messages/{id}/again", page, StringComparison.Ordinal);
        Assert.Contains(">simulated<", (await ada.GetAsync("/console/messages")).Html, StringComparison.Ordinal);
        Assert.Contains("Nothing bounced, failed or was dropped", (await ada.GetAsync("/console")).Html, StringComparison.Ordinal);
        Assert.Equal(409, (await ada.GetAsync($"/console/messages/{id}/again")).Status);
    }

    [Fact]
    public async Task Mail_whose_connection_broke_after_its_content_may_have_arrived_and_the_explanation_says_so()
    {
        await using var server = ScriptedSmtpServer.Start(command => command == "." ? Dialogue.Close : null);
        await using var product = await Product.StartAsync(Stack.Embedded, $"127.0.0.1:{server.Port}");
        await product.AddPersonAsync(roles: "admin");
        var id = await product.SendAsync(Some.To("ada@example.org"));
        await product.EmailInStateAsync(id, "Deferred");
        using var ada = await ConsoleCaller.SignInAsync(product);

        var explained = (await product.CallAsync("GET", $"/v3/messages/{id}/explain", product.LiveKey)).Json.GetProperty("emails")[0];

        Assert.Contains(
            explained.GetProperty("not_known").EnumerateArray(),
            words => words.GetString()!.StartsWith("Whether the server took the mail at attempt 1", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            "sent twice",
            WebUtility.HtmlDecode((await ada.GetAsync($"/console/messages/{id}/retry")).Html),
            StringComparison.Ordinal
        );
    }
}
