using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Certificates of our own making, which nobody trusts.</summary>
public static class TestCertificate
{
    public static X509Certificate2 New(string name = "sink.test")
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}
