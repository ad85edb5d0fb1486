using System.Text;
using ScaiSend.Delivery.Inbound;

namespace ScaiSend.IntegrationTests.Rules.Inbound;

/// <summary>Mails to a return path in plain words. A wrong "failed" ends a delivered email, and may keep a good address back for ever.</summary>
public sealed class WhatLooksLikeABounce
{
    private const string Daemon = "From: Mail <postmaster@example.org>\r\n";
    private const string Person = "From: Ada <ada@example.org>\r\n";
    private const string Automatic = "Auto-Submitted: auto-replied\r\n";

    public static TheoryData<string, string, string, Type> Mails =>
        new()
        {
            { Daemon + Automatic + "X-Autoreply: yes\r\n", "Automatic reply", "I have left. Account closed.", typeof(Report.AutoReply) },
            { Daemon + Automatic, "Out of office", "Error 5.1.1 is what I call this week.", typeof(Report.AutoReply) },
            { Daemon, "Your message is being held for review", "A moderator looks at it.", typeof(Report.Unparseable) },
            { Daemon, "Please confirm your email", "Click here.", typeof(Report.Unparseable) },
            { Daemon, "Read: Hello", "Your message was read.", typeof(Report.Unparseable) },
            { Daemon, "Delivered: Hello", "Your message was delivered to the recipient.", typeof(Report.Unparseable) },
            {
                Daemon + "X-Failed-Recipients: ada@example.org\r\n",
                "Delivery Status Notification (Delay)",
                "There was a temporary problem. We will retry for 47 more hours and tell you if the delivery fails permanently.",
                typeof(Report.Delayed)
            },
            { Person, "Undelivered Mail? I did not get the attachment", "He is a user unknown to me.", typeof(Report.Unparseable) },
            { Daemon + Automatic, "Undelivered mail", "ada@example.org: 550 5.1.1 User unknown", typeof(Report.Failed) },
            { Daemon, "Returned mail", "ada@example.org\r\n\r\nMailbox is full", typeof(Report.Failed) },
            { Daemon, "Problem with your mail", "ada@example.org\r\n\r\nNo such user here", typeof(Report.Failed) },
            { Person, "Delivery failed", "ada@example.org\r\n550 no mailbox here", typeof(Report.Failed) },
        };

    [Theory, MemberData(nameof(Mails))]
    public void Is_a_failure_only_when_it_tells_of_one(string fields, string subject, string text, Type report)
    {
        var mail = Encoding.UTF8.GetBytes($"{fields}Subject: {subject}\r\nContent-Type: text/plain\r\n\r\n{text}\r\n");

        Assert.IsType(report, Samples.Reader.Read(mail, $"{Samples.Token}@bounce.example.com"));
    }

    [Theory]
    [InlineData("base64")]
    [InlineData("quoted-printable")]
    public void A_complaint_whose_quoted_fields_are_encoded_is_about_its_email(string encoding)
    {
        var quoted = $"Return-Path: <{Samples.Token}@bounce.example.com>\r\nSubject: Hello\r\n";
        var encoded =
            encoding == "base64"
                ? Convert.ToBase64String(Encoding.ASCII.GetBytes(quoted), Base64FormattingOptions.InsertLineBreaks)
                : quoted.Insert(40, "=\r\n");
        var mail = Encoding.ASCII.GetBytes(
            $"""
            From: fbl@example.org
            Content-Type: multipart/report; report-type=feedback-report; boundary=b

            --b
            Content-Type: message/feedback-report

            Feedback-Type: abuse
            User-Agent: Reporter/1
            Version: 1
            Source-IP: 192.0.2.1

            --b
            Content-Type: text/rfc822-headers
            Content-Transfer-Encoding: {encoding}

            {encoded}
            --b--
            """.ReplaceLineEndings("\r\n")
        );

        var complaint = Assert.IsType<Report.Complaint>(Samples.Reader.Read(mail, "fbl@bounce.example.com"));

        Assert.Equal((Samples.EmailId, "abuse", "192.0.2.1"), (complaint.EmailId, complaint.FeedbackType, complaint.SourceAddress));
    }
}
