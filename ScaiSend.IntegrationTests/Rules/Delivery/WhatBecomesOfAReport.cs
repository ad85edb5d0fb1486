using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Inbound;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.IntegrationTests.Rules.Delivery;

public sealed class WhatBecomesOfAReport
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);
    private static readonly Guid SomeEmail = Guid.Parse("0199c0de-0000-7000-8000-000000000001");

    [Theory]
    [InlineData(EmailStatus.Bounced, true, 1, ReportState.Applied)]
    [InlineData(EmailStatus.Bounced, false, 1, ReportState.Ignored)]
    [InlineData(EmailStatus.Failed, false, 1, ReportState.Ignored)]
    [InlineData(EmailStatus.Cancelled, false, 1, ReportState.Ignored)]
    [InlineData(EmailStatus.Dropped, false, 1, ReportState.Ignored)]
    [InlineData(EmailStatus.Delivering, false, 1, ReportState.Pending)]
    [InlineData(EmailStatus.Deferred, false, 6, ReportState.Pending)]
    [InlineData(EmailStatus.Deferred, false, 7, ReportState.Ignored)]
    public void A_saga_that_was_told_decides(EmailStatus status, bool isAccepted, int tries, ReportState expected)
    {
        var fate = ReportFate.After(
            new Transition(status, 3, null, 1, isAccepted),
            new ClaimedReport(SomeEmail, "x@bounce.localhost", [], Now, tries),
            Now
        );
        Assert.Equal(expected, fate.State);
        Assert.Equal(expected == ReportState.Pending ? Now + ReportFate.Waits[tries - 1] : null, fate.DueAt);
    }

    [Fact]
    public void A_report_waits_longer_than_a_lease_for_its_delivery() =>
        Assert.True(ReportFate.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait) > new Leases().Deliver);

    public static TheoryData<Report, bool, bool, ReportState?> Untold =>
        new()
        {
            { new Report.Unparseable("why"), false, false, ReportState.Unparseable },
            { new Report.AutoReply(SomeEmail), true, false, ReportState.Ignored },
            { new Report.Delayed(SomeEmail, "4.4.1", "busy", null), true, false, ReportState.Applied },
            { new Report.Delayed(SomeEmail, "4.4.1", "busy", null), false, false, ReportState.Ignored },
            { new Report.Relayed(SomeEmail, "mx.example.org"), true, false, ReportState.Applied },
            { new Report.Failed(SomeEmail, BounceClass.Hard, "5.1.1", "no", null), false, false, ReportState.Ignored },
            { new Report.Failed(SomeEmail, BounceClass.Hard, "5.1.1", "no", null), true, true, null },
            { new Report.Complaint(SomeEmail, "abuse", null), true, false, null },
            { new Report.Complaint(SomeEmail, "abuse", null), true, true, ReportState.Ignored },
        };

    [Theory, MemberData(nameof(Untold))]
    public void Some_reports_need_nobody_to_be_told(Report report, bool isEmailKnown, bool hasComplaint, ReportState? expected) =>
        Assert.Equal(expected, ReportFate.WithoutAsking(report, isEmailKnown, hasComplaint)?.State);
}
