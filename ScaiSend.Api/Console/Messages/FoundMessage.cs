using System.Text.Json;
using ScaiSend.Api.Messages;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Api.Console.Messages;

/// <summary>A message in a list.</summary>
/// <param name="Word">Its state, see <see cref="PublicStatus"/>.</param>
/// <param name="Recipient">The first one.</param>
/// <param name="Others">How many more there are.</param>
/// <param name="Reply">What was said last about the emails in this state.</param>
/// <param name="DueAt">When something happens next.</param>
/// <param name="IsSimulated">Whether the simulator plays it.</param>
public sealed record FoundMessage(
    string Id,
    string Word,
    string Recipient,
    int Others,
    string Subject,
    string From,
    DateTimeOffset CreatedAt,
    string? Reply,
    DateTimeOffset? DueAt,
    bool IsSimulated
)
{
    public static FoundMessage Of(
        Guid id,
        string from,
        string subject,
        string toEmails,
        bool isSandbox,
        DateTimeOffset createdAt,
        IReadOnlyList<EmailsOfKind> emails
    )
    {
        var recipients = JsonSerializer.Deserialize<string[]>(toEmails) ?? [];
        var worst = emails.MinBy(e => PublicStatus.Order.ToList().IndexOf(e.State));
        return new FoundMessage(
            Ids.Show(Ids.Message, id),
            worst is { State: EmailStatus.Dropped } && !isSandbox
                ? "dropped"
                : PublicStatus.OfMessage(isSandbox, [.. emails.Select(e => (e.State, e.Lane))]),
            recipients.FirstOrDefault() ?? "",
            Math.Max(0, Math.Max(emails.Sum(e => e.Count), recipients.Length) - 1),
            subject,
            from,
            createdAt,
            worst?.LastReply,
            worst?.DueAt,
            worst?.IsSimulated ?? false
        );
    }
}
