using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpServer;

namespace ScaiSend.Delivery.Inbound;

/// <summary>The certificate that STARTTLS shows, read anew when its file has changed, so that a renewed one needs no restart.</summary>
public sealed class InboundCertificate(string certificatePath, string? keyPath) : ICertificateFactory
{
    private readonly Lock _reading = new();
    private SslStreamCertificateContext? _current;
    private DateTime _writtenAt;

    /// <summary>What the next handshake uses.</summary>
    /// <exception cref="InboundException">The first one cannot be read.</exception>
    public SslStreamCertificateContext Current()
    {
        lock (_reading)
        {
            try
            {
                var writtenAt = File.GetLastWriteTimeUtc(certificatePath);
                if (_current is null || writtenAt != _writtenAt)
                {
                    _current = Read();
                    _writtenAt = writtenAt;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // Half a renewal: the old one serves until the new one is whole.
                if (_current is null)
                    throw new InboundException($"Inbound:Certificate is '{certificatePath}'; it cannot be read: {e.Message}");
            }
            return _current;
        }
    }

    public X509Certificate GetServerCertificate(ISessionContext sessionContext) => Current().TargetCertificate;

    private SslStreamCertificateContext Read()
    {
        var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath ?? certificatePath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificatePath);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}
