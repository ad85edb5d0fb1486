using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Api.Suppressions;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Console.Messages;

/// <summary>An address on a list that keeps mail back.</summary>
public sealed record ListedAddress(Suppression Entry)
{
    /// <summary>The entry in a form.</summary>
    public string Key => $"{Convert.ToHexStringLower(Entry.AddressKey)}-{(int)Entry.List}-{Entry.GroupId}";

    /// <summary>The list in words.</summary>
    public string ListName => Story.NameOf(Entry);

    /// <summary>Whether the recipient himself wanted no mail, so that only he can take it back.</summary>
    public bool IsWish => Entry.List is SuppressionList.SpamReports or SuppressionList.GlobalUnsubscribes or SuppressionList.Group;
}

/// <summary>Finds the entries that keep mail back from the recipients of a message, and takes them off.</summary>
public sealed class ListedAddresses(MailDatabase database, StoredSuppressions suppressions)
{
    /// <summary>Blocks are left out, because they keep nothing back. Of many recipients the first are looked at.</summary>
    public async Task<IReadOnlyList<ListedAddress>> FindAsync(
        Guid tenantId,
        IReadOnlyList<Email> emails,
        CancellationToken cancellationToken
    )
    {
        var keys = emails.Take(SuppressionCheck.MaxAddresses).Select(e => SuppressedAddress.KeyOf(e.Recipient)).ToList();
        await using var db = database.For(tenantId);
        var entries = await db
            .Suppressions.AsNoTracking()
            .Where(s => keys.Contains(s.AddressKey) && s.List != SuppressionList.Blocks)
            .OrderBy(s => s.Address)
            .ThenBy(s => s.List)
            .ToListAsync(cancellationToken);
        return [.. entries.Select(entry => new ListedAddress(entry))];
    }

    public Task RemoveAsync(Guid tenantId, ListedAddress listed, CancellationToken cancellationToken) =>
        suppressions.DeleteAsync(
            new ListOfTenant(tenantId, listed.Entry.List, listed.Entry.GroupId),
            [listed.Entry.Address],
            cancellationToken
        );
}
