using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Reports;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A recipient calls a mail spam, and the mailbox provider says so.</summary>
public sealed class Complained
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_complaint_becomes_a_spam_report_once_and_suppresses_the_address(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var inbound = await Inbound.StartAsync(stack, sink);
        var id = await inbound.Product.SendAsync(Some.To("ada@example.org"));
        await inbound.Product.EmailInStateAsync(id, "Delivered");
        var mail = (await sink.Received(1))[0];
        var complaint = SomeReport.Complaint($"fbl@{Inbound.Domain}", mail.ReversePath, HeadersOf(mail));

        await inbound.HandOverAsync($"FBL@{Inbound.Domain}", complaint);
        await inbound.ReportWhenAsync(ReportState.Applied);
        await inbound.HandOverAsync($"fbl@{Inbound.Domain}", complaint);
        var second = await inbound.ReportWhenAsync(ReportState.Ignored);

        Assert.Equal((ReportKind.Complaint, "A complaint about this email was applied before"), (second.Kind, second.Summary));
        var email = await inbound.Product.EmailInStateAsync(id, "Delivered");
        Assert.Equal(["queued", "processed", "delivered", "spam_report"], email.Events());
        Assert.Equal("abuse", email.LastEvent().GetProperty("metadata").GetProperty("feedback_type").GetString());
        var suppression = Assert.Single(await inbound.SuppressionsAsync());
        Assert.Equal((SuppressionList.SpamReports, "ada@example.org"), (suppression.List, suppression.Address));

        var next = await inbound.Product.EmailInStateAsync(await inbound.Product.SendAsync(Some.To("ada@example.org")), "Dropped");
        Assert.Equal("Spam Reporting Address", next.GetProperty("last_reply").GetString());
    }

    private static string HeadersOf(SunkMail mail)
    {
        var text = System.Text.Encoding.ASCII.GetString(mail.Bytes);
        return text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
    }
}
