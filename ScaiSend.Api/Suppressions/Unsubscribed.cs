using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>Makes the entry of an address that unsubscribed.</summary>
internal static class Unsubscribed
{
    public static Suppression From(ListOfTenant list, string email, DateTimeOffset now, string? reason = null) =>
        new()
        {
            TenantId = list.TenantId,
            AddressKey = SuppressedAddress.KeyOf(email),
            List = list.List,
            GroupId = list.GroupId,
            Address = email,
            CreatedAt = now,
            Reason = reason,
        };
}
