using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.Platform.Storage.Suppressions;

/// <summary>The lists that an address can be on.</summary>
public enum SuppressionList : byte
{
    Bounces = 1,

    /// <summary>Kept for the sender to see; it keeps no mail back.</summary>
    Blocks = 2,
    InvalidEmails = 3,
    SpamReports = 4,
    GlobalUnsubscribes = 5,

    /// <summary>Members of an unsubscribe group; <see cref="Suppression.GroupId"/> says which.</summary>
    Group = 6,
}

/// <summary>One address on one list of a tenant. Written by callers, and by the saga in the transaction of the event that causes it.</summary>
public sealed class Suppression : IOfTenant
{
    public Guid TenantId { get; init; }

    /// <summary><see cref="SuppressedAddress.KeyOf"/> of the address.</summary>
    public required byte[] AddressKey { get; init; }
    public SuppressionList List { get; init; }

    /// <summary>0 for every list but <see cref="SuppressionList.Group"/>.</summary>
    public int GroupId { get; init; }

    /// <summary>As it was written.</summary>
    public required string Address { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string? Reason { get; init; }
    public BounceClass? BounceType { get; init; }

    /// <summary>RFC 3463, such as <c>5.1.1</c>.</summary>
    public string? Status { get; init; }

    /// <summary>Where a spam report came from, such as an IP address.</summary>
    public string? Source { get; init; }

    /// <summary>The email whose event caused it; null when a caller added it.</summary>
    public Guid? EmailId { get; init; }
}

/// <summary>When two addresses are the same for a suppression.</summary>
public static class SuppressedAddress
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };

    /// <summary>Sixteen octets that stand for the address: case never counts, and a domain is the same as U-labels and as A-labels.</summary>
    public static byte[] KeyOf(string address) => SHA256.HashData(Encoding.UTF8.GetBytes(Normalize(address)))[..16];

    /// <summary><see cref="KeyOf"/> as an id, which compares and is written to SQL cheaply.</summary>
    public static Guid IdOf(string address) => new(KeyOf(address), bigEndian: true);

    private static string Normalize(string address)
    {
        var text = address.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        var at = text.LastIndexOf('@');
        if (at < 0 || Ascii.IsValid(text))
            return text;
        try
        {
            return string.Concat(text.AsSpan(0, at + 1), Idn.GetAscii(text[(at + 1)..]));
        }
        catch (ArgumentException)
        {
            return text;
        }
    }
}
