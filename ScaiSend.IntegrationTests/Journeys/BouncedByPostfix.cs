using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Reports;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A real mail server takes a mail, cannot deliver it, and sends a report of its own making.</summary>
public sealed class BouncedByPostfix
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Its_report_makes_the_delivered_email_bounce(Stack stack)
    {
        var port = Inbound.FreePort();
        await using var inbound = await Inbound.StartAsync(
            stack,
            smarthost: $"127.0.0.1:{Stacks.Setting("SCAISEND_TEST_POSTFIX_PORT")}",
            settings: new Dictionary<string, string?>
            {
                ["Rendering:ReturnPathDomain"] = $"p{port}.inbound.test",
                // Postfix may be in a container.
                ["Inbound:Listen"] = $"0.0.0.0:{port}",
            },
            port: port
        );

        var id = await inbound.Product.SendAsync(Some.To("ada@late.test"));
        var email = await inbound.Product.EmailInStateAsync(id, "Bounced");

        Assert.Equal(["queued", "processed", "delivered", "bounce"], email.Events());
        Assert.Contains("no such user after all", email.GetProperty("last_reply").GetString(), StringComparison.Ordinal);
        var metadata = email.LastEvent().GetProperty("metadata");
        Assert.Equal("hard", metadata.GetProperty("bounce_type").GetString());
        Assert.Equal("5.1.1", metadata.GetProperty("status").GetString());
        Assert.Equal("mx1.a.test", metadata.GetProperty("reported_by").GetString());
        Assert.True(metadata.GetProperty("after_delivery").GetBoolean());
        Assert.Equal(SuppressionList.Bounces, Assert.Single(await inbound.SuppressionsAsync()).List);
        Assert.Equal(ReportKind.Bounce, (await inbound.ReportWhenAsync(ReportState.Applied)).Kind);
    }
}
