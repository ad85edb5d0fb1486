using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Console.Messages;

/// <summary>Where an email is in the life of one, where it was, and where it can go. Pure; drawn by <c>StateFigure</c>.</summary>
public sealed record StatePicture(EmailStatus Now, IReadOnlySet<EmailStatus> Before, IReadOnlySet<EmailStatus> Possible)
{
    /// <summary>The steps of the saga, see <c>EmailStateMachine</c>; a test compares. Left out are those that stay where they are.</summary>
    public static IReadOnlyDictionary<EmailStatus, EmailStatus[]> Steps { get; } =
        new Dictionary<EmailStatus, EmailStatus[]>
        {
            [EmailStatus.Queued] =
            [
                EmailStatus.Processed,
                EmailStatus.Delivering,
                EmailStatus.Bounced,
                EmailStatus.Failed,
                EmailStatus.Cancelled,
                EmailStatus.Dropped,
            ],
            [EmailStatus.Processed] =
            [
                EmailStatus.Delivering,
                EmailStatus.Bounced,
                EmailStatus.Failed,
                EmailStatus.Cancelled,
                EmailStatus.Dropped,
            ],
            [EmailStatus.Delivering] =
            [
                EmailStatus.Processed,
                EmailStatus.Delivered,
                EmailStatus.Deferred,
                EmailStatus.Bounced,
                EmailStatus.Failed,
                EmailStatus.Dropped,
            ],
            [EmailStatus.Deferred] =
            [
                EmailStatus.Processed,
                EmailStatus.Delivering,
                EmailStatus.Bounced,
                EmailStatus.Failed,
                EmailStatus.Cancelled,
                EmailStatus.Dropped,
            ],
            [EmailStatus.Delivered] = [EmailStatus.Bounced],
            [EmailStatus.Bounced] = [],
            [EmailStatus.Failed] = [],
            [EmailStatus.Cancelled] = [],
            [EmailStatus.Dropped] = [],
        };

    public static StatePicture Of(Email email, IEnumerable<EmailEvent> events)
    {
        var before = new HashSet<EmailStatus> { EmailStatus.Queued };
        if (email.Attempts > 0)
            before.Add(EmailStatus.Delivering);
        foreach (var it in events)
        {
            if (Reached(it.Type) is { } state)
                before.Add(state);
        }
        before.Remove(email.State);
        return new StatePicture(email.State, before, Steps[email.State].ToHashSet());
    }

    /// <summary>The picture in a sentence.</summary>
    public string Words =>
        $"The email is {Word(Now)}."
        + (Before.Count == 0 ? "" : $" Before, it was {string.Join(", ", Before.Order().Select(Word))}.")
        + (Possible.Count == 0 ? " This is its end." : $" It can become {string.Join(", ", Possible.Select(Word))}.");

    public static string Word(EmailStatus state) => state.ToString().ToLowerInvariant();

    private static EmailStatus? Reached(string type) =>
        type switch
        {
            EventTypes.Processed => EmailStatus.Processed,
            EventTypes.Deferred => EmailStatus.Deferred,
            EventTypes.Delivered => EmailStatus.Delivered,
            _ => null,
        };
}
