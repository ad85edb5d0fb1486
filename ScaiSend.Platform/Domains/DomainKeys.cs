using System.Globalization;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Platform.Domains;

/// <summary>Makes DKIM keys for sender domains and says which record each needs.</summary>
public sealed class DomainKeys(SecretBox secrets, TimeProvider time)
{
    private const string Rsa = "rsa";
    private const string Ed25519 = "ed25519";
    private const string Base = "scaisend";
    private const string Ed25519Suffix = "-ed";

    /// <summary>New keys under the next selector: <c>scaisend</c>, then <c>scaisend2</c>, <c>scaisend3</c> …; that of Ed25519 has <c>-ed</c> behind it.</summary>
    public IReadOnlyList<StoredDkimKey> New(SenderDomain domain, IEnumerable<StoredDkimKey> known, bool withEd25519)
    {
        var number = known.Select(key => NumberOf(key.Selector)).DefaultIfEmpty(0).Max() + 1;
        var selector = number == 1 ? Base : string.Create(CultureInfo.InvariantCulture, $"{Base}{number}");
        var rsa = New(domain, selector, Rsa, DkimAlgorithm.RsaSha256);
        return withEd25519 ? [rsa, New(domain, selector + Ed25519Suffix, Ed25519, DkimAlgorithm.Ed25519Sha256)] : [rsa];
    }

    /// <summary>The key with the record to publish for it.</summary>
    public PublishedKey Publish(StoredDkimKey key)
    {
        using var opened = Open(key);
        return new PublishedKey(key, opened.TxtRecord);
    }

    /// <summary>The key, ready to sign.</summary>
    public DkimKey Open(StoredDkimKey key) =>
        DkimKey.FromPkcs8(
            key.Domain,
            key.Selector,
            key.Algorithm == Ed25519 ? DkimAlgorithm.Ed25519Sha256 : DkimAlgorithm.RsaSha256,
            secrets.Open(key.SealedPrivateKey)
        );

    /// <summary>Whether the key is of Ed25519, which not all receivers know yet.</summary>
    public static bool IsEd25519(StoredDkimKey key) => key.Algorithm == Ed25519;

    private StoredDkimKey New(SenderDomain domain, string selector, string algorithm, DkimAlgorithm kind) =>
        new()
        {
            Id = Ids.New(time),
            TenantId = domain.TenantId,
            Domain = domain.Name,
            Selector = selector,
            Algorithm = algorithm,
            SealedPrivateKey = secrets.Seal(DkimKeys.Generate(kind)),
            CreatedAt = time.GetStoredNow(),
        };

    // 0 for a selector that is not one of ours.
    private static int NumberOf(string selector)
    {
        if (!selector.StartsWith(Base, StringComparison.Ordinal))
            return 0;
        var rest = selector[Base.Length..];
        if (rest.EndsWith(Ed25519Suffix, StringComparison.Ordinal))
            rest = rest[..^Ed25519Suffix.Length];
        return rest.Length == 0 ? 1
            : int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : 0;
    }
}
