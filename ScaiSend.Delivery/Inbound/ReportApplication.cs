using System.Data.Common;
using MassTransit.Mediator;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Bus;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Tells the sagas what claimed reports say, and answers what is to be written down about each. One after the other, because several may speak of one email.</summary>
public sealed class ReportApplication(ReportReader reader, IMediator mediator, TimeProvider time)
{
    /// <summary>Longest summary that is kept.</summary>
    private const int MaxSummary = 1000;

    public async Task<IReadOnlyList<SettledReport>> ApplyAsync(
        DbConnection connection,
        IReadOnlyList<ClaimedReport> claimed,
        CancellationToken cancellationToken
    )
    {
        var read = claimed.Select(c => (Claimed: c, Report: reader.Read(c.Raw, c.Recipient))).ToList();
        var ids = read.Select(r => ReportFate.EmailOf(r.Report)).OfType<Guid>().Distinct().ToList();
        var emails = await StoredReports.EmailsAsync(connection, ids, cancellationToken);
        var complained = emails.Where(e => e.Value.HasComplaint).Select(e => e.Key).ToHashSet();
        var settled = new List<SettledReport>();
        foreach (var (one, report) in read)
        {
            var emailId = ReportFate.EmailOf(report);
            var email = emailId is { } id ? emails.GetValueOrDefault(id) : null;
            var fate =
                ReportFate.WithoutAsking(report, email is not null, emailId is { } about && complained.Contains(about))
                ?? ReportFate.After(await TellAsync(report, cancellationToken), one, time.GetUtcNow());
            if (report is Report.Complaint && fate.State == ReportState.Applied)
                complained.Add(emailId!.Value);
            settled.Add(
                new SettledReport(
                    one.Id,
                    fate.State,
                    ReportFate.KindOf(report),
                    emailId,
                    email?.TenantId,
                    fate.DueAt,
                    Shorten(fate.Summary)
                )
            );
        }
        return settled;
    }

    private Task<Transition?> TellAsync(Report report, CancellationToken cancellationToken) =>
        report switch
        {
            Report.Failed failed => mediator.TellAsync(
                new BounceReported(failed.EmailId, failed.Class, failed.Status, failed.Reason, failed.ReportingMta),
                cancellationToken
            ),
            Report.Complaint complaint => mediator.TellAsync(
                new ComplaintReported(complaint.EmailId, complaint.FeedbackType, complaint.Source)
                {
                    SourceAddress = complaint.SourceAddress,
                },
                cancellationToken
            ),
            Report.Unsubscribe wish => mediator.TellAsync(
                new UnsubscribeRequested(wish.EmailId, new Visit(time.GetUtcNow(), null, null, null), wish.GroupId),
                cancellationToken
            ),
            _ => throw new InvalidOperationException($"Nobody is told of {report.GetType().Name}"),
        };

    private static string Shorten(string text) => text.Length <= MaxSummary ? text : text[..MaxSummary];
}
