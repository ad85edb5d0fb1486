using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Api.Messages.Explanation;

/// <summary>Whether the saga would accept what a sender may ask for: advice that would be answered 409 is none. A test asks the saga itself.</summary>
public static class Wishes
{
    /// <summary>Cancelling it, and giving it up.</summary>
    public static bool CanEnd(Email email) => email.State is EmailStatus.Queued or EmailStatus.Processed or EmailStatus.Deferred;

    public static bool CanRetry(Email email, DateTimeOffset now) =>
        email.Lane != EmailLane.Held
        && email.State switch
        {
            EmailStatus.Queued or EmailStatus.Deferred => true,
            EmailStatus.Processed or EmailStatus.Delivering => email.Lane == EmailLane.Waiting || email.DueAt <= now,
            _ => false,
        };
}
