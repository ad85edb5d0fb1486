namespace ScaiSend.IntegrationTests.Support;

/// <summary>Plain examples of mails that come back.</summary>
public static class SomeReport
{
    /// <summary>RFC 3464.</summary>
    public static string Dsn(string to, string action = "failed", string status = "5.1.1") =>
        $"""
            From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
            To: {to}
            Subject: Undelivered Mail Returned to Sender
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

            --b1
            Content-Type: text/plain; charset=us-ascii

            I'm sorry to have to inform you that your message could not be delivered.

            --b1
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org
            Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0000

            Final-Recipient: rfc822; ada@example.org
            Action: {action}
            Status: {status}
            Diagnostic-Code: smtp; 550 {status} no such user here

            --b1
            Content-Type: message/rfc822-headers

            From: hello@example.test
            To: ada@example.org
            Subject: A subject

            --b1--

            """;

    /// <summary>RFC 5965, about a mail with this return path.</summary>
    public static string Complaint(string to, string returnPath, string originalHeaders) =>
        $"""
            From: feedback@isp.example
            To: {to}
            Subject: FW: A subject
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

            --b2
            Content-Type: text/plain; charset=us-ascii

            This is an email abuse report.

            --b2
            Content-Type: message/feedback-report

            Feedback-Type: abuse
            User-Agent: SomeISP/1.0
            Version: 1
            Original-Mail-From: <{returnPath}>
            Original-Rcpt-To: <ada@example.org>
            Source-IP: 192.0.2.1

            --b2
            Content-Type: message/rfc822

            Return-Path: <{returnPath}>
            {originalHeaders}

            A text.

            --b2--

            """;
}
