using System.Collections.Concurrent;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace ScaiSend.Platform.Domains;

/// <summary>RFC 6376 §3.3 and RFC 8463.</summary>
public enum DkimAlgorithm
{
    RsaSha256,
    Ed25519Sha256,
}

/// <summary>A private key that signs for a domain under a selector. May be used by many threads at once.</summary>
public abstract class DkimKey(string domain, string selector, DkimAlgorithm algorithm) : IDisposable
{
    public string Domain => domain;

    public string Selector => selector;

    public DkimAlgorithm Algorithm => algorithm;

    /// <summary>The public key as the TXT record at <c>selector._domainkey.domain</c> shows it (RFC 6376 §3.6.1).</summary>
    public abstract string TxtRecord { get; }

    /// <summary>Reads a PKCS#8 key; throws when the bytes are no key of this algorithm.</summary>
    public static DkimKey FromPkcs8(string domain, string selector, DkimAlgorithm algorithm, ReadOnlySpan<byte> key) =>
        algorithm switch
        {
            DkimAlgorithm.RsaSha256 => new RsaKey(domain, selector, key.ToArray()),
            DkimAlgorithm.Ed25519Sha256 => new Ed25519Key(domain, selector, key.ToArray()),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No such algorithm"),
        };

    /// <summary>Signs a SHA-256 hash.</summary>
    public abstract byte[] Sign(byte[] hash);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }

    // OpenSSL signs twelve times faster than BouncyCastle, which MimeKit would use.
    private sealed class RsaKey : DkimKey
    {
        // An RSA object promises nothing to two threads, so each signing takes one of its own.
        private readonly ConcurrentBag<RSA> _idle = [];
        private readonly byte[] _pkcs8;

        public RsaKey(string domain, string selector, byte[] pkcs8)
            : base(domain, selector, DkimAlgorithm.RsaSha256)
        {
            _pkcs8 = pkcs8;
            var rsa = Open();
            TxtRecord = $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}";
            _idle.Add(rsa);
        }

        public override string TxtRecord { get; }

        public override byte[] Sign(byte[] hash)
        {
            var rsa = _idle.TryTake(out var idle) ? idle : Open();
            try
            {
                return rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }
            finally
            {
                _idle.Add(rsa);
            }
        }

        protected override void Dispose(bool disposing)
        {
            while (_idle.TryTake(out var rsa))
                rsa.Dispose();
            CryptographicOperations.ZeroMemory(_pkcs8);
            base.Dispose(disposing);
        }

        private RSA Open()
        {
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(_pkcs8, out _);
            return rsa;
        }
    }

    private sealed class Ed25519Key(string domain, string selector, byte[] pkcs8) : DkimKey(domain, selector, DkimAlgorithm.Ed25519Sha256)
    {
        private readonly Ed25519PrivateKeyParameters _key = (Ed25519PrivateKeyParameters)PrivateKeyFactory.CreateKey(pkcs8);

        // RFC 8463 §4.2: the bare key, without the ASN.1 around it.
        public override string TxtRecord => $"v=DKIM1; k=ed25519; p={Convert.ToBase64String(_key.GeneratePublicKey().GetEncoded())}";

        // RFC 8463 §3: PureEdDSA over the hash.
        public override byte[] Sign(byte[] hash)
        {
            var signer = new Ed25519Signer();
            signer.Init(forSigning: true, _key);
            signer.BlockUpdate(hash, 0, hash.Length);
            return signer.GenerateSignature();
        }
    }
}
