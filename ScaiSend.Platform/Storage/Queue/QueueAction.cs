using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Emails;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>What an operator does with emails of the queue.</summary>
public enum QueueAction
{
    /// <summary>They wait until they are released; their deadlines go on.</summary>
    Hold,

    /// <summary>Held ones go on.</summary>
    Release,

    /// <summary>They end as cancelled.</summary>
    Cancel,

    /// <summary>What waits for its next attempt is tried now.</summary>
    Retry,
}

/// <summary>Which emails an action is for. The preview and the action itself ask here, so they mean the same emails.</summary>
public static class QueueActions
{
    /// <summary>Whether the action changes this email. What is being sent right now is never changed: it may be on the wire.</summary>
    public static bool Takes(this QueueAction action, QueueEmail email, QueueFilter filter, DateTimeOffset now) =>
        action switch
        {
            QueueAction.Hold => email.State != EmailStatus.Delivering && !email.IsHeld,
            QueueAction.Release => email.IsHeld,
            QueueAction.Cancel => email.State != EmailStatus.Delivering,
            // Neither mail before its send_at, nor what somebody holds unless the filter says so, nor what is due already.
            QueueAction.Retry when email.IsHeld => filter.IsHeld == true,
            QueueAction.Retry => email.Lane == EmailLane.Waiting && email.StartsAt <= now && email.DueAt > now,
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "No such action"),
        };

    /// <summary>Whether the action would be for this email, were it not being sent right now.</summary>
    public static bool Misses(this QueueAction action, QueueEmail email) =>
        action is QueueAction.Hold or QueueAction.Cancel && email.State == EmailStatus.Delivering;
}
