using System.Text;
using ScaiSend.Contracts;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Storage.Reports;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.IntegrationTests.Journeys;

/// <summary>A server takes a mail and sends a report about it later.</summary>
public sealed class BouncedAfterDelivery
{
    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_report_to_the_return_path_makes_a_delivered_email_bounce(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var inbound = await Inbound.StartAsync(stack, sink);
        var id = await inbound.Product.SendAsync(Some.To("ada@example.org"));
        await inbound.Product.EmailInStateAsync(id, "Delivered");
        var returnPath = (await sink.Received(1))[0].ReversePath;

        // Some servers change the case of what they send back to.
        await inbound.HandOverAsync(returnPath.ToUpperInvariant(), SomeReport.Dsn(returnPath));
        var email = await inbound.Product.EmailInStateAsync(id, "Bounced");

        Assert.Equal(["queued", "processed", "delivered", "bounce"], email.Events());
        var metadata = email.LastEvent().GetProperty("metadata");
        Assert.Equal(
            ("hard", true),
            (metadata.GetProperty("bounce_type").GetString(), metadata.GetProperty("after_delivery").GetBoolean())
        );
        Assert.Equal("5.1.1", metadata.GetProperty("status").GetString());
        var suppression = Assert.Single(await inbound.SuppressionsAsync());
        Assert.Equal((SuppressionList.Bounces, "ada@example.org"), (suppression.List, suppression.Address));
        var report = await inbound.ReportWhenAsync(ReportState.Applied);
        Assert.Equal((ReportKind.Bounce, 1), (report.Kind, report.Tries));
        Assert.Equal(email.GetProperty("id").GetString(), Ids.Show(Ids.Email, report.EmailId!.Value));
        Assert.NotNull(report.TenantId);
        Assert.Contains("message/delivery-status", Encoding.UTF8.GetString(report.Raw), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task The_same_report_twice_bounces_once(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var inbound = await Inbound.StartAsync(stack, sink);
        var id = await inbound.Product.SendAsync(Some.To("ada@example.org"));
        await inbound.Product.EmailInStateAsync(id, "Delivered");
        var returnPath = (await sink.Received(1))[0].ReversePath;

        await inbound.HandOverAsync(returnPath, SomeReport.Dsn(returnPath));
        await inbound.ReportWhenAsync(ReportState.Applied);
        await inbound.HandOverAsync(returnPath, SomeReport.Dsn(returnPath));
        var second = await inbound.ReportWhenAsync(ReportState.Ignored);

        Assert.Equal("The email had bounced before", second.Summary);
        Assert.Single((await inbound.Product.EmailInStateAsync(id, "Bounced")).Events(), "bounce");
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_report_that_a_server_still_tries_changes_nothing(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        await using var inbound = await Inbound.StartAsync(stack, sink);
        var id = await inbound.Product.SendAsync(Some.To("ada@example.org"));
        await inbound.Product.EmailInStateAsync(id, "Delivered");
        var returnPath = (await sink.Received(1))[0].ReversePath;

        await inbound.HandOverAsync(returnPath, SomeReport.Dsn(returnPath, "delayed", "4.4.1"));
        var report = await inbound.ReportWhenAsync(ReportState.Applied);

        Assert.Equal(ReportKind.Delayed, report.Kind);
        Assert.Equal(["queued", "processed", "delivered"], (await inbound.Product.EmailInStateAsync(id, "Delivered")).Events());
        Assert.Empty(await inbound.SuppressionsAsync());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_report_that_is_faster_than_our_own_note_of_the_delivery_waits_for_it(Stack stack)
    {
        await using var sink = SmtpSink.Start();
        sink.Answer("ada@example.org", "451 4.3.0 try again");
        await using var inbound = await Inbound.StartAsync(stack, sink);
        var id = await inbound.Product.SendAsync(Some.To("ada@example.org"));
        var deferred = await inbound.Product.EmailInStateAsync(id, "Deferred");
        Ids.TryRead(Ids.Email, deferred.GetProperty("id").GetString(), out var emailId);
        var returnPath = inbound.ReturnPathOf(emailId);

        await inbound.HandOverAsync(returnPath, SomeReport.Dsn(returnPath));
        await inbound.ReportWhenAsync(r => r is { State: ReportState.Pending, Tries: 1, Summary: not null }, "waiting");
        inbound.Product.Clock.Advance(TimeSpan.FromMinutes(2));
        await inbound.Product.EmailInStateAsync(id, "Delivered");
        inbound.Product.Clock.Advance(TimeSpan.FromHours(1));

        await inbound.Product.EmailInStateAsync(id, "Bounced");
        await inbound.ReportWhenAsync(ReportState.Applied);
    }
}
