using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Storage.Suppressions;

/// <summary>SendGrid's names for the reasons of bounces.</summary>
public static class BounceClassification
{
    public const string Technical = "Technical Failure";

    /// <summary>The name for a reason, from the second digit of its RFC 3463 code.</summary>
    public static string NameOf(string? status, BounceClass? bounceClass) =>
        status?.Split('.') switch
        {
            [_, "1", _] => "Invalid Address",
            [_, "2", _] => "Mailbox Unavailable",
            [_, "3" or "4" or "5", _] => Technical,
            [_, "6", _] => "Content",
            [_, "7", _] => "Reputation",
            _ when bounceClass == BounceClass.Hard => "Invalid Address",
            _ => "Unclassified",
        };
}
