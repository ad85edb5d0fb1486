using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ScaiSend.Contracts.Tracking;

namespace ScaiSend.Platform.Tenancy;

/// <summary>
/// Makes and checks what stands in the links that a mail carries: 40, 44 and at most <see cref="MaxUnsubscribeLength"/> signs of a URL.
/// The same email always gets the same ones, and none can be guessed from another.
/// </summary>
public sealed class TrackingTokens(IOptions<SecretOptions> secrets)
{
    /// <summary>The longest token of them all.</summary>
    public const int MaxUnsubscribeLength = MaxUnsubscribeBytes / 3 * 4;

    /// <summary>The largest index of a link that a token can name.</summary>
    public const int MaxIndex = 0x7FFF;

    // The first byte: format, then the kind.
    private const byte Version = 1 << 4;
    private const byte Open = Version | 1;
    private const byte Click = Version | 2;
    private const byte Unsubscribe = Version | 3;

    // All lengths are multiples of three: then base64 has no bits left over, so each token is written one way only.
    private const int IdLength = 16;
    private const int OpenSaid = 1 + IdLength;
    private const int OpenLength = OpenSaid + 13;
    private const int ClickSaid = OpenSaid + 2;
    private const int ClickLength = ClickSaid + 14;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int SealedAt = 1 + NonceLength + TagLength;
    private const int OfferFixed = 2 * IdLength + 4;

    /// <summary>Room for the longest address that can be a recipient: up to 254 characters on the wire, but more octets while its domain is in Unicode.</summary>
    public const int MaxRecipientBytes = 900;

    private const int MaxUnsubscribeBytes = (SealedAt + OfferFixed + MaxRecipientBytes + 2) / 3 * 3;

    private readonly IReadOnlyList<byte[]> _provingKeys = DerivedKeys.For(secrets, "scaisend tracking proof 1");
    private readonly IReadOnlyList<byte[]> _sealingKeys = DerivedKeys.For(secrets, "scaisend tracking seal 1");

    public string OpenToken(Guid emailId)
    {
        Span<byte> token = stackalloc byte[OpenLength];
        token[0] = Open;
        emailId.TryWriteBytes(token[1..], bigEndian: true, out _);
        Prove(_provingKeys[0], token[..OpenSaid], "", token[OpenSaid..]);
        return Base64Url.EncodeToString(token);
    }

    /// <param name="index">At most <see cref="MaxIndex"/>.</param>
    /// <param name="url">Proved with the rest: the token leads nowhere else.</param>
    public string ClickToken(Guid emailId, bool isInText, int index, string url)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)MaxIndex);
        Span<byte> token = stackalloc byte[ClickLength];
        token[0] = Click;
        emailId.TryWriteBytes(token[1..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(token[OpenSaid..], (ushort)((isInText ? MaxIndex + 1 : 0) | index));
        Prove(_provingKeys[0], token[..ClickSaid], url, token[ClickSaid..]);
        return Base64Url.EncodeToString(token);
    }

    public string UnsubscribeToken(Guid emailId, Guid tenantId, string recipient, int? groupId)
    {
        var recipientLength = Encoding.UTF8.GetByteCount(recipient);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(recipientLength, MaxRecipientBytes, nameof(recipient));
        Span<byte> token = stackalloc byte[(SealedAt + OfferFixed + recipientLength + 2) / 3 * 3];
        // What the recipient does not fill stays zero.
        Span<byte> offer = stackalloc byte[token.Length - SealedAt];
        emailId.TryWriteBytes(offer, bigEndian: true, out _);
        tenantId.TryWriteBytes(offer[IdLength..], bigEndian: true, out _);
        // Groups count from 1.
        BinaryPrimitives.WriteInt32BigEndian(offer[(2 * IdLength)..], groupId ?? 0);
        Encoding.UTF8.GetBytes(recipient, offer[OfferFixed..]);
        token[0] = Unsubscribe;
        // A nonce from what is sealed: no chance, so that the same email gets the same bytes, and no nonce for two offers.
        Prove(_provingKeys[0], [Unsubscribe], offer, token.Slice(1, NonceLength));
        using var aes = new AesGcm(_sealingKeys[0], TagLength);
        aes.Encrypt(token.Slice(1, NonceLength), offer, token[SealedAt..], token.Slice(1 + NonceLength, TagLength), token[..1]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>False for one that is forged, changed or not ours; so for the others below.</summary>
    public bool TryReadOpen(string token, out Guid emailId)
    {
        emailId = Guid.Empty;
        Span<byte> bytes = stackalloc byte[OpenLength];
        if (!TryDecode(token, bytes) || bytes[0] != Open || !IsProved(bytes, OpenSaid, ""))
            return false;
        emailId = new Guid(bytes.Slice(1, IdLength), bigEndian: true);
        return true;
    }

    /// <param name="url">Where the link leads, as the reader came with it: another one than the mail had is refused.</param>
    public bool TryReadClick(string token, string url, out TrackedLink? link)
    {
        link = null;
        Span<byte> bytes = stackalloc byte[ClickLength];
        if (!TryDecode(token, bytes) || bytes[0] != Click || !IsProved(bytes, ClickSaid, url))
            return false;
        var place = BinaryPrimitives.ReadUInt16BigEndian(bytes[OpenSaid..]);
        link = new TrackedLink(new Guid(bytes.Slice(1, IdLength), bigEndian: true), place > MaxIndex, place & MaxIndex);
        return true;
    }

    public bool TryReadUnsubscribe(string token, out UnsubscribeOffer? offer)
    {
        offer = null;
        if (token.Length > MaxUnsubscribeLength || token.Length / 4 * 3 < SealedAt + OfferFixed)
            return false;
        Span<byte> bytes = stackalloc byte[token.Length / 4 * 3];
        if (!TryDecode(token, bytes) || bytes[0] != Unsubscribe)
            return false;
        Span<byte> opened = stackalloc byte[bytes.Length - SealedAt];
        foreach (var key in _sealingKeys)
        {
            if (!TryOpen(key, bytes, opened))
                continue;
            offer = Read(opened);
            return true;
        }
        return false;
    }

    private static bool TryOpen(byte[] key, ReadOnlySpan<byte> token, Span<byte> opened)
    {
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(token.Slice(1, NonceLength), token[SealedAt..], token.Slice(1 + NonceLength, TagLength), opened, token[..1]);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static UnsubscribeOffer Read(ReadOnlySpan<byte> offer)
    {
        var group = BinaryPrimitives.ReadInt32BigEndian(offer[(2 * IdLength)..]);
        return new UnsubscribeOffer(
            new Guid(offer[..IdLength], bigEndian: true),
            new Guid(offer.Slice(IdLength, IdLength), bigEndian: true),
            Encoding.UTF8.GetString(offer[OfferFixed..].TrimEnd((byte)0)),
            group == 0 ? null : group
        );
    }

    /// <summary>Only the one way of writing: no blanks, no padding, no other length.</summary>
    private static bool TryDecode(string token, Span<byte> bytes) =>
        token.Length == bytes.Length / 3 * 4
        && Base64Url.IsValid(token, out var length)
        && length == bytes.Length
        && Base64Url.TryDecodeFromChars(token, bytes, out _);

    private bool IsProved(ReadOnlySpan<byte> token, int said, string url)
    {
        Span<byte> proof = stackalloc byte[token.Length - said];
        foreach (var key in _provingKeys)
        {
            Prove(key, token[..said], url, proof);
            if (CryptographicOperations.FixedTimeEquals(proof, token[said..]))
                return true;
        }
        return false;
    }

    private static void Prove(byte[] key, ReadOnlySpan<byte> said, string url, Span<byte> proof)
    {
        var length = Encoding.UTF8.GetByteCount(url);
        Span<byte> bytes = length <= 1024 ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(url, bytes);
        Prove(key, said, bytes, proof);
    }

    // The kind in the first byte keeps the proofs of the kinds apart.
    private static void Prove(byte[] key, ReadOnlySpan<byte> said, ReadOnlySpan<byte> rest, Span<byte> proof)
    {
        var length = said.Length + rest.Length;
        Span<byte> all = length <= 1024 ? stackalloc byte[length] : new byte[length];
        said.CopyTo(all);
        rest.CopyTo(all[said.Length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, all, hash);
        hash[..proof.Length].CopyTo(proof);
    }
}
