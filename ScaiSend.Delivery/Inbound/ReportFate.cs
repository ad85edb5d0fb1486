using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.Delivery.Inbound;

/// <summary>What becomes of a report: a pure decision.</summary>
/// <param name="DueAt">When it is tried again; only while it is pending.</param>
public sealed record ReportFate(ReportState State, string Summary, DateTimeOffset? DueAt = null)
{
    /// <summary>
    /// Waits between tries of a report about an email that is not yet delivered. A report may overtake our own note of the 250 it follows from, by minutes
    /// when the database was away.
    /// </summary>
    public static readonly IReadOnlyList<TimeSpan> Waits =
    [
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(20),
    ];

    /// <summary>The email that a report names.</summary>
    public static Guid? EmailOf(Report report) =>
        report switch
        {
            Report.Failed failed => failed.EmailId,
            Report.Delayed delayed => delayed.EmailId,
            Report.Relayed relayed => relayed.EmailId,
            Report.Complaint complaint => complaint.EmailId,
            Report.Unsubscribe wish => wish.EmailId,
            Report.AutoReply reply => reply.EmailId,
            Report.Unparseable => null,
            _ => throw new InvalidOperationException($"{report} is no report"),
        };

    public static string? KindOf(Report report) =>
        report switch
        {
            Report.Failed => ReportKind.Bounce,
            Report.Delayed => ReportKind.Delayed,
            Report.Relayed => ReportKind.Relayed,
            Report.Complaint => ReportKind.Complaint,
            Report.Unsubscribe => ReportKind.Unsubscribe,
            Report.AutoReply => ReportKind.AutoReply,
            Report.Unparseable => null,
            _ => throw new InvalidOperationException($"{report} is no report"),
        };

    /// <summary>The fate of a report that no saga has to hear of; null when one has to.</summary>
    public static ReportFate? WithoutAsking(Report report, bool isEmailKnown, bool hasComplaint) =>
        report switch
        {
            Report.Unparseable unparseable => new(ReportState.Unparseable, unparseable.Why),
            Report.AutoReply => new(ReportState.Ignored, "An automatic reply"),
            _ when !isEmailKnown => new(ReportState.Ignored, "There is no such email"),
            Report.Delayed delayed => new(ReportState.Applied, $"Still on its way: {delayed.Reason}"),
            Report.Relayed relayed => new(ReportState.Applied, $"Passed on by {relayed.ReportingMta ?? "a server"}"),
            Report.Complaint when hasComplaint => new(ReportState.Ignored, "A complaint about this email was applied before"),
            _ => null,
        };

    /// <summary>The fate of a report that a saga was told.</summary>
    public static ReportFate After(Transition? answer, ClaimedReport report, DateTimeOffset now) =>
        answer switch
        {
            null => new(ReportState.Ignored, "There is no such email"),
            { IsAccepted: true } => new(ReportState.Applied, $"The email is {Word(answer.Status)}"),
            { Status: EmailStatus.Bounced } => new(ReportState.Ignored, "The email had bounced before"),
            _ when answer.Status.IsEnded() => new(ReportState.Ignored, $"The email is {Word(answer.Status)}"),
            _ when report.Tries <= Waits.Count => new(
                ReportState.Pending,
                $"The email is {Word(answer.Status)}; tried again",
                now + Waits[report.Tries - 1]
            ),
            _ => new(ReportState.Ignored, $"The email is still {Word(answer.Status)}"),
        };

    private static string Word(EmailStatus status) => status.ToString().ToLowerInvariant();
}
