using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>One of the lists below <c>/v3/suppression</c>.</summary>
/// <param name="Name">In the path, and the key of the documented list.</param>
/// <param name="Entry">What one entry is called in a refusal.</param>
/// <param name="BounceType">Of an entry that says nothing else; null where the list has no such thing.</param>
public sealed record SuppressionFamily(string Name, string Entry, SuppressionList List, BounceClass? BounceType = null)
{
    /// <summary>Global unsubscribes are listed and imported here, and changed below <c>/v3/asm/suppressions/global</c>.</summary>
    public static SuppressionFamily Unsubscribes { get; } = new("unsubscribes", "Unsubscribe", SuppressionList.GlobalUnsubscribes);

    /// <summary>The families with the whole set of operations.</summary>
    public static IReadOnlyList<SuppressionFamily> All { get; } =
    [
        new("bounces", "Bounce", SuppressionList.Bounces, BounceClass.Hard),
        new("blocks", "Block", SuppressionList.Blocks),
        new("invalid_emails", "Invalid email", SuppressionList.InvalidEmails),
        new("spam_reports", "Spam report", SuppressionList.SpamReports),
    ];

    /// <summary>The entry of an address that somebody adds.</summary>
    public Suppression NewEntry(
        Guid tenantId,
        string email,
        string? reason,
        DateTimeOffset now,
        BounceClass? bounceType = null,
        string? source = null
    ) =>
        new()
        {
            TenantId = tenantId,
            AddressKey = SuppressedAddress.KeyOf(email),
            List = List,
            Address = email,
            CreatedAt = now,
            Reason = reason is { Length: > 0 } ? reason : null,
            BounceType = bounceType ?? BounceType,
            Source = source,
        };
}
