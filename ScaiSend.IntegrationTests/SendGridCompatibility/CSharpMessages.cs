using SendGrid.Helpers.Mail;

namespace ScaiSend.IntegrationTests.SendGridCompatibility;

/// <summary>Every kind of message that the helpers of SendGrid's C# client can build, except those with templates and batches.</summary>
internal static class CSharpMessages
{
    private static readonly EmailAddress From = new("hello@example.test", "Hello");
    private const string Pixel = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    /// <summary>By name. Each has recipients of its own.</summary>
    /// <param name="sendAt">A moment to schedule for.</param>
    public static IReadOnlyDictionary<string, SendGridMessage> All(DateTimeOffset sendAt) =>
        new Dictionary<string, SendGridMessage>
        {
            ["single"] = MailHelper.CreateSingleEmail(From, new EmailAddress("single@example.org", "Ada"), "One", "A text.", "<p>HTML</p>"),
            ["unicode"] = MailHelper.CreateSingleEmail(
                new EmailAddress("hello@example.test", "Grüße & <Söhne>"),
                new EmailAddress("unicode@example.org", "Žofie \"Z\" O'Neil, Ltd."),
                "Überraschung: 100 € 🎉 und noch ein langer Betreff, der ganz sicher nicht in eine Zeile passt",
                "Straße\n\n.\n..Punkt\n" + new string('x', 2000),
                "<p title=\"a&b\">žluťoučký kůň</p>"
            ),
            ["list hidden"] = MailHelper.CreateSingleEmailToMultipleRecipients(
                From,
                List("hidden", 3),
                "Each alone",
                "A text.",
                "<p>HTML</p>"
            ),
            ["list shown"] = MailHelper.CreateSingleEmailToMultipleRecipients(
                From,
                List("shown", 3),
                "All see all",
                "A text.",
                "<p>HTML</p>",
                true
            ),
            ["list substituted"] = MailHelper.CreateMultipleEmailsToMultipleRecipients(
                From,
                List("own", 2),
                ["For -name-", "And for -name-"],
                "Dear -name-, your code is -code-.",
                "<p>Dear -name-, your code is -code-.</p>",
                [new() { ["-name-"] = "Ada", ["-code-"] = "1" }, new() { ["-name-"] = "Grace", ["-code-"] = "2" }]
            ),
            ["everybody"] = Everybody(),
            ["attachments"] = Attachments(),
            ["settings"] = Settings(),
            ["scheduled"] = Scheduled(sendAt),
            ["reply to several"] = ReplyToSeveral(),
        };

    private static List<EmailAddress> List(string name, int count) =>
        [.. Enumerable.Range(1, count).Select(i => new EmailAddress($"{name}{i}@example.org", $"Number {i}"))];

    private static SendGridMessage Everybody()
    {
        var message = MailHelper.CreateSingleEmail(From, new EmailAddress("to1@example.org", "To"), "Everybody", "A text.", null);
        message.AddTo("to2@example.org");
        message.AddCc("cc1@example.org", "Copy");
        message.AddCcs(List("cc1", 2));
        message.AddBcc("bcc@example.org");
        message.AddBccs(List("bcc1", 2));
        message.SetReplyTo(new EmailAddress("support@example.test", "Support"));
        message.AddTo(new EmailAddress("second@example.org"), 1);
        message.SetSubject("For the second", 1);
        message.AddHeader("X-Second", "yes", 1);
        message.AddCustomArg("order", "2", 1);
        return message;
    }

    private static SendGridMessage Attachments()
    {
        var message = MailHelper.CreateSingleEmail(
            From,
            new EmailAddress("files@example.org"),
            "Files",
            "A text.",
            "<img src=\"cid:logo\">"
        );
        message.AddAttachment("größe 1.txt", Convert.ToBase64String("Line\r\nLine"u8), "text/plain");
        message.AddAttachment("data.bin", Convert.ToBase64String([.. Enumerable.Range(0, 100_000).Select(i => (byte)i)]));
        message.AddAttachment("logo.gif", Pixel, "image/gif", "inline", "logo");
        return message;
    }

    private static SendGridMessage Settings()
    {
        var message = MailHelper.CreateSingleEmail(From, new EmailAddress("settings@example.org"), "Settings", "A text.", "<p>HTML</p>");
        message.AddGlobalHeader("X-Shop", "example");
        message.AddHeader("X-Order", "4711");
        message.AddCategories(["orders", "shipping"]);
        message.AddGlobalCustomArg("shop", "example");
        message.AddCustomArg("order", "4711");
        message.SetAsm(1, [1, 2]);
        message.SetIpPoolName("transactional");
        message.SetBypassListManagement(false);
        message.SetFooterSetting(true, "<p>Example Ltd.</p>", "Example Ltd.");
        message.SetSandBoxMode(false);
        message.SetSpamCheck(true, 5, "https://example.org/spam");
        message.SetBccSetting(true, "ignored@example.org");
        message.SetClickTracking(false, false);
        message.SetOpenTracking(false, "%open%");
        message.SetSubscriptionTracking(false, "<p>no</p>", "no", "%no%");
        message.SetGoogleAnalytics(false, "campaign", "content", "medium", "source", "term");
        return message;
    }

    private static SendGridMessage Scheduled(DateTimeOffset sendAt)
    {
        var message = MailHelper.CreateSingleEmail(From, new EmailAddress("later1@example.org"), "Later", "A text.", "<p>HTML</p>");
        message.SetGlobalSubject("Later");
        message.SetGlobalSendAt((int)sendAt.ToUnixTimeSeconds());
        message.AddTo(new EmailAddress("later2@example.org"), 1);
        message.SetSendAt(sendAt.ToUnixTimeSeconds(), 1);
        return message;
    }

    private static SendGridMessage ReplyToSeveral()
    {
        var message = MailHelper.CreateSingleEmail(From, new EmailAddress("replies@example.org"), "Answer us", "A text.", null);
        message.AddReplyTos([new EmailAddress("a@example.test", "A"), new EmailAddress("b@example.test")]);
        return message;
    }
}
