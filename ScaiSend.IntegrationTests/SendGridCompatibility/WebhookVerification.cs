using System.Text;
using SendGrid.Helpers.EventWebhook;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>SendGrid's own helpers for receivers of its event webhook.</summary>
internal static class WebhookVerification
{
    public const string Signature = "X-Twilio-Email-Event-Webhook-Signature";
    public const string Timestamp = "X-Twilio-Email-Event-Webhook-Timestamp";

    /// <summary>What the helper for C# says.</summary>
    public static bool ByCSharp(string publicKey, string payload, string signature, string timestamp)
    {
        var validator = new RequestValidator();
        return validator.VerifySignature(validator.ConvertPublicKeyToECDSA(publicKey), payload, signature, timestamp);
    }

    /// <summary>What the helper for Node says.</summary>
    public static async Task<bool> ByNodeAsync(string publicKey, string payload, string signature, string timestamp)
    {
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(payload));
        var lines = await NodeClientTests.RunAsync("verify.cjs", publicKey, body, signature, timestamp);
        return lines.Single()["valid"]!.GetValue<bool>();
    }
}
