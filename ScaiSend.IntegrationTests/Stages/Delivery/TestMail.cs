using System.Text;
using ScaiSend.Contracts.Emails;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>Rendered mails to send in tests.</summary>
internal static class TestMail
{
    public static RenderedMail To(string recipient, string body = "Hello\r\n", bool needsSmtpUtf8 = false) =>
        new("b+1@bounce.example.test", recipient, "example.test", needsSmtpUtf8, IsSigned: false, Message(recipient, body));

    private static byte[] Message(string recipient, string body) =>
        Encoding.UTF8.GetBytes(
            $"From: Shop <shop@example.test>\r\nTo: {recipient}\r\nSubject: An order\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
                + "Message-ID: <1@example.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                + body
        );
}
