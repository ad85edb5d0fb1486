using MimeKit;

namespace ScaiSend.Delivery.Inbound;

/// <summary>Reads a delivery status notification. Of several recipients (ours was an alias or a list) the worst outcome counts.</summary>
internal static class DeliveryStatus
{
    private const int LongestName = 255;

    // RFC 3464 §2: fields about the mail, then groups of fields, one about each recipient.
    public static Report? Read(MimePart part, string text, Guid emailId)
    {
        var groups = FieldGroups.Of(part).ToList();
        var mta = groups.Select(group => group.GetValueOrDefault("Reporting-MTA")).FirstOrDefault(name => name is not null);
        var worst = groups.Select(OutcomeOf).OfType<Outcome>().MinBy(outcome => outcome.Action);
        return worst?.ToReport(emailId, text, mta is null ? null : NameIn(mta));
    }

    // Worst first.
    private enum ActionTaken
    {
        Failed,
        Delayed,
        Relayed,
    }

    private sealed record Outcome(ActionTaken Action, string? Status, string Said)
    {
        public Report ToReport(Guid emailId, string text, string? mta)
        {
            var diagnosis = Diagnosis.Of(Status, Said, text);
            return Action switch
            {
                ActionTaken.Failed => new Report.Failed(emailId, diagnosis.Class, diagnosis.Status, diagnosis.Reason, mta),
                ActionTaken.Delayed => new Report.Delayed(emailId, diagnosis.Status, diagnosis.Reason, mta),
                ActionTaken.Relayed => new Report.Relayed(emailId, mta),
                _ => throw new InvalidOperationException($"{Action} has no report"),
            };
        }
    }

    private static Outcome? OutcomeOf(IReadOnlyDictionary<string, string> group)
    {
        var status = group.GetValueOrDefault("Status");
        // RFC 3464 §2.3.3; who forgets the action still says it with the status.
        ActionTaken? action = FirstWord(group.GetValueOrDefault("Action")) switch
        {
            "failed" => ActionTaken.Failed,
            "delayed" => ActionTaken.Delayed,
            "delivered" or "relayed" or "expanded" => ActionTaken.Relayed,
            _ => status?[0] switch
            {
                '5' => ActionTaken.Failed,
                '4' => ActionTaken.Delayed,
                '2' => ActionTaken.Relayed,
                _ => null,
            },
        };
        return action is { } taken ? new Outcome(taken, status, AfterType(group.GetValueOrDefault("Diagnostic-Code") ?? "")) : null;
    }

    private static string FirstWord(string? value)
    {
        var end = value.AsSpan().IndexOfAnyExceptInRange('A', 'z');
        return (end < 0 ? value ?? "" : value![..end]).ToLowerInvariant();
    }

    // RFC 3464 §2.1.2: "smtp; 550 …", "dns; mx.example.com".
    private static string AfterType(string value) => value[(value.IndexOf(';') + 1)..].Trim();

    private static string NameIn(string value)
    {
        var name = AfterType(value);
        var end = name.AsSpan().IndexOfAny(" \t(");
        name = end > 0 ? name[..end] : name;
        return name.Length > LongestName ? name[..LongestName] : name;
    }
}
