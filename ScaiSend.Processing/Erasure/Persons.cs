using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Processing.Erasure;

/// <summary>Whom an erasure is about.</summary>
public sealed class Persons(IReadOnlyCollection<string> addresses)
{
    private readonly HashSet<Guid> _keys = [.. addresses.Select(SuppressedAddress.IdOf)];

    public IReadOnlyCollection<string> Addresses => addresses;

    /// <summary>Finds their addresses in texts.</summary>
    public Redaction Redaction { get; } = new(addresses);

    /// <summary>Whether the address is one of theirs.</summary>
    public bool Has(string address) => _keys.Contains(SuppressedAddress.IdOf(address));
}
