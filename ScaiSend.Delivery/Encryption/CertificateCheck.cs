using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Encryption;

/// <summary>Says in a few words what is to be thought of a server's certificate; whether that matters is the mail's TLS policy's business.</summary>
public sealed class CertificateCheck
{
    /// <summary>The verdict on a certificate that nothing can be said against.</summary>
    public const string Valid = "valid";

    private const int LongestName = 100;
    private const X509ChainStatusFlags Untrusted =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    private readonly X509Certificate2Collection _trusted = [];
    private readonly TimeProvider _time;

    public CertificateCheck(IOptions<DeliveryOptions> options, TimeProvider time)
    {
        _time = time;
        if (!string.IsNullOrEmpty(options.Value.TrustedCertificates))
            _trusted.ImportFromPemFile(options.Value.TrustedCertificates);
    }

    /// <summary><see cref="Valid"/>, or all that is wrong with it.</summary>
    public string VerdictOn(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf)
            return "none";
        var status = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? StatusOf(leaf, chain) : X509ChainStatusFlags.NoError;
        var flaws = new List<string>();
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            flaws.Add(leaf.NotBefore.ToUniversalTime() > _time.GetUtcNow() ? "not valid yet" : "expired");
        if ((status & Untrusted) != 0)
            flaws.Add(IsSelfSigned(leaf) ? "self-signed" : "untrusted");
        if ((status & ~Untrusted & ~X509ChainStatusFlags.NotTimeValid) != 0)
            flaws.Add("not fit for this use");
        // RFC 8461 §4.1: the name must be an alternative name; the common name does not count.
        if (
            errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            || !leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any()
        )
            flaws.Add($"name mismatch (it is for {NameOf(leaf)})");
        return flaws.Count == 0 ? Valid : string.Join(", ", flaws);
    }

    private X509ChainStatusFlags StatusOf(X509Certificate2 leaf, X509Chain? presented)
    {
        var status = All(presented);
        if (_trusted.Count == 0 || (status & Untrusted) == 0)
            return status;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var element in presented?.ChainElements.ToArray() ?? [])
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        chain.Build(leaf);
        return All(chain);
    }

    private static X509ChainStatusFlags All(X509Chain? chain) =>
        chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? X509ChainStatusFlags.PartialChain;

    private static bool IsSelfSigned(X509Certificate2 leaf) => leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData);

    private static string NameOf(X509Certificate2 leaf)
    {
        var name = leaf.GetNameInfo(X509NameType.DnsName, forIssuer: false);
        return name.Length <= LongestName ? name : name[..LongestName];
    }
}
