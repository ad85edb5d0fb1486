using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Platform.Webhooks;

/// <summary>Signs POSTs: with HMAC-SHA256 where events come one by one, as SendGrid does where they come in batches.</summary>
internal sealed class WebhookSignatures(SecretBox secrets, TimeProvider time)
{
    public void Sign(HttpRequestMessage request, WebhookEndpoint endpoint, ReadOnlySpan<byte> body)
    {
        if (endpoint.SealedSecret is not { } secret)
            return;
        var now = time.GetUtcNow();
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        if (endpoint.Kind == WebhookKind.Single)
        {
            var previous = endpoint.PreviousSecretUntil > now ? endpoint.SealedPreviousSecret : null;
            request.Headers.Add("X-ScaiSend-Signature", Hmac(timestamp, body, secret, previous));
        }
        else
        {
            request.Headers.Add("X-Twilio-Email-Event-Webhook-Signature", Ecdsa(timestamp, body, secret));
            request.Headers.Add("X-Twilio-Email-Event-Webhook-Timestamp", timestamp);
        }
    }

    private string Hmac(string timestamp, ReadOnlySpan<byte> body, byte[] secret, byte[]? previous)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{timestamp}."), .. body];
        var signature = $"t={timestamp},v1={Hmac(secret, signed)}";
        return previous is null ? signature : $"{signature},v1={Hmac(previous, signed)}";
    }

    private string Hmac(byte[] secret, byte[] signed) => Convert.ToHexStringLower(HMACSHA256.HashData(secrets.Open(secret), signed));

    private string Ecdsa(string timestamp, ReadOnlySpan<byte> body, byte[] sealedKey)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), .. body];
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(secrets.Open(sealedKey), out _);
        return Convert.ToBase64String(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }
}
