using System.Globalization;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Console.Suppressions;

/// <summary>Where a page of entries ends: all lists together are in the order of time, then of these.</summary>
public sealed record SuppressionPlace(long Milliseconds, Guid AddressKey, SuppressionList List, int GroupId)
{
    public static SuppressionPlace Of(Suppression entry) =>
        new(entry.CreatedAt.ToUnixTimeMilliseconds(), new Guid(entry.AddressKey, bigEndian: true), entry.List, entry.GroupId);

    /// <summary>Null for a text that is no place.</summary>
    public static SuppressionPlace? Read(string? text) =>
        text?.Split('-') is [var at, var key, var list, var group]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && Guid.TryParseExact(key, "N", out var address)
        && byte.TryParse(list, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var groupId)
            ? new SuppressionPlace(milliseconds, address, (SuppressionList)number, groupId)
            : null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Milliseconds}-{AddressKey:N}-{(int)List}-{GroupId}");
}
