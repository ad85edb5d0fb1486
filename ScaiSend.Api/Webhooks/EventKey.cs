using System.Security.Cryptography;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Webhooks;

/// <summary>The key pair that posts of an event webhook are signed with: ECDSA over P-256, as SendGrid's verifiers want it.</summary>
public static class EventKey
{
    /// <summary>A new private key, sealed.</summary>
    public static byte[] New(SecretBox secrets)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return secrets.Seal(key.ExportPkcs8PrivateKey());
    }

    /// <summary>Has the posts signed from now on, or not. A key that is there stays: receivers have it.</summary>
    public static void Sign(WebhookEndpoint webhook, bool isSigned, SecretBox secrets) =>
        webhook.SealedSecret = isSigned ? webhook.SealedSecret ?? New(secrets) : null;

    /// <summary>The public key as receivers take it: SubjectPublicKeyInfo in base64. Empty when posts are not signed.</summary>
    public static string Public(byte[]? sealedKey, SecretBox secrets)
    {
        if (sealedKey is null)
            return "";
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(secrets.Open(sealedKey), out _);
        return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }
}
