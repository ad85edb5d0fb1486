using System.Security.Cryptography;
using System.Text;
using ScaiSend.Platform.Storage.Webhooks;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Webhooks;

/// <summary>The secret that the posts of our own kind of webhook are signed with: <c>whsec_</c> and 40 letters and digits. It is shown once, and kept sealed.</summary>
public static class SigningSecret
{
    /// <summary>How long an old secret may stay valid beside the new one: a week.</summary>
    public const int MaxOverlapSeconds = 604_800;

    private const string Prefix = "whsec_";
    private const int Length = 40;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A new one, from the system's random numbers.</summary>
    public static string New() => Prefix + RandomNumberGenerator.GetString(Alphabet, Length);

    public static byte[] Seal(string secret, SecretBox secrets) => secrets.Seal(Encoding.UTF8.GetBytes(secret));

    /// <summary>Gives the webhook a new secret. Without an overlap the old one is worth nothing from now on.</summary>
    public static void Rotate(WebhookEndpoint webhook, string secret, TimeSpan overlap, SecretBox secrets, DateTimeOffset now)
    {
        var keepsOld = overlap > TimeSpan.Zero;
        webhook.SealedPreviousSecret = keepsOld ? webhook.SealedSecret : null;
        webhook.PreviousSecretUntil = keepsOld ? now + overlap : null;
        webhook.SealedSecret = Seal(secret, secrets);
        webhook.UpdatedAt = now;
    }
}
