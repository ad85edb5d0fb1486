using System.Globalization;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Batches;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Tells the facts about an email in the order in which they happened: those that led to where it is, and what its recipient did. Pure.</summary>
public static class Story
{
    /// <summary>How many attempts a program is told of; the message itself has all.</summary>
    public const int AttemptsForCallers = 3;

    public static IReadOnlyList<Fact> Because(EmailFacts facts, Depth depth)
    {
        List<Fact> told = [Accepted(facts), .. Rendered(facts), .. Attempts(facts, depth), .. Endings(facts)];
        return [.. told.OrderBy(fact => fact.At), .. Standing(facts)];
    }

    public static IReadOnlyList<Fact> Afterwards(EmailFacts facts) =>
        [
            .. (
                (Fact?[])[Visits(facts, EventTypes.Open, "opened it"), Visits(facts, EventTypes.Click, "followed a link in it")]
            ).OfType<Fact>(),
            .. facts.Events.Select(Wish).OfType<Fact>(),
        ];

    private static Fact Accepted(EmailFacts facts) =>
        new(
            facts.Email.StartsAt > facts.Email.CreatedAt
                ? $"It was accepted, to be sent at {Words.At(facts.Email.StartsAt)} (send_at)"
                : "It was accepted",
            facts.Email.CreatedAt
        );

    private static IEnumerable<Fact> Rendered(EmailFacts facts) =>
        facts.Events.Where(e => e.Type == EventTypes.Processed).Select(e => new Fact("A mail was made of it", e.At));

    private static IEnumerable<Fact> Attempts(EmailFacts facts, Depth depth)
    {
        var shown = depth == Depth.Caller ? facts.Attempts.TakeLast(AttemptsForCallers) : facts.Attempts;
        foreach (var attempt in shown)
            yield return new Fact($"Attempt {attempt.Number}: {Obstacles.Words(attempt)}", attempt.StartedAt)
            {
                Attempt = attempt.Number,
                Reply = attempt.Reply == RecordedWords.Erased ? null : EmailFacts.WordsOf(attempt),
                Rule = attempt.Rule,
                Provider = attempt.Provider,
                Step = attempt.Step,
                TlsPolicy = attempt.TlsPolicy,
                MxHost = attempt.MxHost,
                MxAddress = attempt.MxAddress,
                SourceAddress = attempt.Source,
            };
        if (facts.Email is { State: EmailStatus.Delivering, AttemptStartedAt: { } startedAt, Attempts: var number })
            yield return new Fact($"Attempt {number} began", startedAt) { Attempt = number };
    }

    // What an attempt has ended the attempt tells.
    private static IEnumerable<Fact> Endings(EmailFacts facts)
    {
        foreach (var e in facts.Events)
        {
            var told = ToldData.Read(e.Data);
            if (e.Type is EventTypes.Bounce or EventTypes.Blocked && told.IsAfterDelivery)
                yield return new Fact($"{told.ReportedBy ?? "A server"} reported that it could not be delivered after all", e.At)
                {
                    Reply = Known(e.Reason),
                };
            else if (e.Type == EventTypes.Bounce && RecordedWords.IsExpiry(e.Reason))
                yield return new Fact("Its deadline came before it was delivered", e.At);
            else if (e.Type == EventTypes.Dropped)
                yield return new Fact("It was taken out", e.At) { Reply = Known(e.Reason) };
            else if (e.Type == "cancelled")
                yield return new Fact("It was withdrawn", e.At);
        }
    }

    // What is so now, whenever it began.
    private static IEnumerable<Fact> Standing(EmailFacts facts)
    {
        if (facts.HeldBackFor is { } reason)
            yield return new Fact("Since then it is put off for its receiver's sake, which costs no attempt", null) { Reply = reason };
        if (!facts.HasEnded && facts.Email.Lane == EmailLane.Held)
            yield return new Fact("An operator holds it", null);
        if (facts.Batch is { Status: { } status })
            yield return new Fact(OfBatch(status, facts.Email.State), null);
        foreach (var entry in facts.Email.State is EmailStatus.Dropped or EmailStatus.Bounced ? facts.Suppressions : [])
            yield return new Fact($"The address is on the list of {NameOf(entry)}", entry.CreatedAt) { Reply = Known(entry.Reason) };
        foreach (var suspension in facts.HasEnded ? [] : facts.SuspensionsOfIt)
            yield return new Fact($"Mail to {suspension.Provider} is suspended until {Words.At(suspension.EndsAt)}", suspension.StartedAt)
            {
                Reply = suspension.Cause,
                Rule = suspension.Rule,
                Provider = suspension.Provider,
                SourceAddress = suspension.Source,
            };
    }

    private static string OfBatch(BatchStatus status, EmailStatus state) =>
        (status, state) switch
        {
            (BatchStatus.Pause, EmailStatus.Queued) => "Its batch is paused",
            (BatchStatus.Pause, _) => "Its batch is paused, which is about mail that is not made yet, and so not about this one",
            (_, EmailStatus.Queued or EmailStatus.Cancelled) => "Its batch is cancelled",
            _ => "Its batch is cancelled, which is about mail that is not made yet, and so not about this one",
        };

    /// <summary>A list in words.</summary>
    internal static string NameOf(Suppression entry) =>
        entry.List switch
        {
            SuppressionList.Bounces => "bounces",
            SuppressionList.Blocks => "blocks, which keeps no mail back",
            SuppressionList.InvalidEmails => "addresses that cannot exist",
            SuppressionList.SpamReports => "spam reports",
            SuppressionList.GlobalUnsubscribes => "those who unsubscribed from all mail",
            SuppressionList.Group => string.Create(CultureInfo.InvariantCulture, $"those who unsubscribed from group {entry.GroupId}"),
            _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.List, "No such list"),
        };

    private static Fact? Visits(EmailFacts facts, string type, string did)
    {
        var all = facts.Events.Where(e => e.Type == type).ToList();
        if (all.Count == 0)
            return null;
        var byPersons = all.Where(e => !e.Flags.HasFlag(EventFlags.Machine)).ToList();
        return byPersons.Count == 0
            ? new Fact($"A machine, such as an image proxy or a scanner, {did}; no person is known to have", all[0].At)
            : new Fact($"Somebody {did}{(byPersons.Count == 1 ? "" : $", {byPersons.Count} times")}", byPersons[0].At);
    }

    private static Fact? Wish(EmailEvent e)
    {
        var told = ToldData.Read(e.Data);
        return e.Type switch
        {
            EventTypes.SpamReport => new Fact($"The recipient called it spam{(told.Source is { } source ? $", says {source}" : "")}", e.At),
            EventTypes.Unsubscribe => new Fact("The recipient unsubscribed from all mail of this sender", e.At),
            EventTypes.GroupUnsubscribe => new Fact($"The recipient unsubscribed from group {told.GroupId}", e.At),
            EventTypes.GroupResubscribe => new Fact($"The recipient wants mail of group {told.GroupId} again", e.At),
            _ => null,
        };
    }

    private static string? Known(string? words) => words == RecordedWords.Erased ? null : words;
}
