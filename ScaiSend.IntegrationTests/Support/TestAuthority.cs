using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>A certificate authority of a test's own, which is trusted where <see cref="File"/> is.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _root;

    public TestAuthority()
    {
        var request = new CertificateRequest(
            $"CN=Test Authority {Path.GetRandomFileName()}",
            _key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        File = Path.GetTempFileName();
        System.IO.File.WriteAllText(File, _root.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate, as PEM.</summary>
    public string File { get; }

    public X509Certificate2 Issue(string name, bool isExpired = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(
            _root,
            Now.AddDays(-30),
            isExpired ? Now.AddDays(-1) : Now.AddDays(30),
            RandomNumberGenerator.GetBytes(8)
        );
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose()
    {
        System.IO.File.Delete(File);
        _root.Dispose();
        _key.Dispose();
    }
}
