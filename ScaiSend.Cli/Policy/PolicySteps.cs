using ScaiSend.Delivery.Sending;

namespace ScaiSend.Cli.Policy;

/// <summary>The words that rules have for the steps of an SMTP conversation.</summary>
internal static class PolicySteps
{
    private static readonly Dictionary<string, SmtpStep> ByWord = new()
    {
        ["connect"] = SmtpStep.Connect,
        ["greeting"] = SmtpStep.Greeting,
        ["hello"] = SmtpStep.Hello,
        ["tls"] = SmtpStep.Tls,
        ["auth"] = SmtpStep.Auth,
        ["mail"] = SmtpStep.Mail,
        ["recipient"] = SmtpStep.Recipient,
        ["data"] = SmtpStep.Data,
        // A recorded reply at the content is the one to its end.
        ["content"] = SmtpStep.Acceptance,
    };

    public static IEnumerable<string> Words => ByWord.Keys;

    public static SmtpStep? Find(string word) => ByWord.TryGetValue(word, out var step) ? step : null;
}
