using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Api.Messages.Explanation;
using ScaiSend.Api.Suppressions;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Console.Suppressions;

/// <summary>An address on a list that keeps mail back.</summary>
public sealed record ListedAddress(Suppression Entry)
{
    /// <summary>The entry in a form or a path, without the address.</summary>
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

    /// <summary>The entry of a <see cref="ListedAddress.Key"/>; null when the tenant has none.</summary>
    public async Task<ListedAddress?> FindAsync(Guid tenantId, string key, CancellationToken cancellationToken)
    {
        if (
            key.Split('-') is not [{ Length: 32 } hash, var list, var group]
            || !Guid.TryParseExact(hash, "N", out _)
            || !byte.TryParse(list, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var groupId)
        )
            return null;
        var address = Convert.FromHexString(hash);
        await using var db = database.For(tenantId);
        return
            await db
                .Suppressions.AsNoTracking()
                .SingleOrDefaultAsync(
                    s => s.AddressKey == address && s.List == (SuppressionList)number && s.GroupId == groupId,
                    cancellationToken
                )
                is { } entry
            ? new ListedAddress(entry)
            : null;
    }

    public Task RemoveAsync(Guid tenantId, ListedAddress listed, CancellationToken cancellationToken) =>
        suppressions.DeleteAsync(
            new ListOfTenant(tenantId, listed.Entry.List, listed.Entry.GroupId),
            [listed.Entry.Address],
            cancellationToken
        );
}
