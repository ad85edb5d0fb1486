using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Sending;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Delivery;

public sealed class WhatAReplyMeans
{
    private const string Delivered = "delivered";
    private const string Deferred = "deferred";
    private const string Hard = "hard";
    private const string Soft = "soft";
    private const string Block = "block";

    [Theory]
    // Success counts only at the end of the content.
    [InlineData(SmtpStep.Acceptance, "250 2.0.0 Ok: queued as 1", Delivered)]
    [InlineData(SmtpStep.Acceptance, "252 whatever", Delivered)]
    [InlineData(SmtpStep.Data, "250 Ok", Deferred)]
    [InlineData(SmtpStep.Acceptance, "354 more", Deferred)]
    // RFC 5321 §4.2.1: temporary, whatever the words.
    [InlineData(SmtpStep.Recipient, "450 4.2.0 greylisted", Deferred)]
    [InlineData(SmtpStep.Recipient, "450 4.1.1 user unknown", Deferred)]
    [InlineData(SmtpStep.Mail, "421 4.7.0 too many connections", Deferred)]
    [InlineData(SmtpStep.Acceptance, "451 4.7.1 spam, try later", Deferred)]
    [InlineData(SmtpStep.Recipient, "452 4.2.2 mailbox full", Deferred)]
    // Before MAIL a refusal is not about the recipient.
    [InlineData(SmtpStep.Greeting, "554 5.7.1 your address is listed", Deferred)]
    [InlineData(SmtpStep.Hello, "550 who are you", Deferred)]
    [InlineData(SmtpStep.Tls, "501 5.5.4 no parameters", Deferred)]
    [InlineData(SmtpStep.Tls, "454 4.7.0 not now", Deferred)]
    [InlineData(SmtpStep.Greeting, "521 this host takes no mail", Hard)]
    // The public examples.
    [InlineData(SmtpStep.Recipient, "550 5.1.1 no such user", Hard)]
    [InlineData(SmtpStep.Recipient, "552 5.2.2 mailbox full", Soft)]
    [InlineData(SmtpStep.Acceptance, "550 5.7.1 content", Block)]
    // RFC 3463
    [InlineData(SmtpStep.Recipient, "550 5.1.2 bad domain", Hard)]
    [InlineData(SmtpStep.Recipient, "550 5.1.6 moved", Hard)]
    [InlineData(SmtpStep.Recipient, "556 5.1.10 null MX", Hard)]
    [InlineData(SmtpStep.Recipient, "553 5.1.8 sender domain not found", Block)]
    [InlineData(SmtpStep.Recipient, "550 5.2.1 disabled", Hard)]
    [InlineData(SmtpStep.Mail, "552 5.3.4 message too big", Soft)]
    [InlineData(SmtpStep.Acceptance, "554 5.4.6 loop", Soft)]
    [InlineData(SmtpStep.Acceptance, "554 5.6.0 bad MIME", Soft)]
    [InlineData(SmtpStep.Recipient, "550 5.7.26 unauthenticated mail", Block)]
    [InlineData(SmtpStep.Recipient, "550 5.7.708 access denied", Block)]
    // A vague code leaves it to the words.
    [InlineData(SmtpStep.Recipient, "550 5.4.1 Recipient address rejected: Access denied", Hard)]
    [InlineData(SmtpStep.Recipient, "550 5.5.0 Requested action not taken: mailbox unavailable", Hard)]
    [InlineData(SmtpStep.Recipient, "550 5.0.0 blocked using a DNSBL", Block)]
    // No code at all.
    [InlineData(SmtpStep.Recipient, "550 User unknown", Hard)]
    [InlineData(SmtpStep.Recipient, "554 delivery error: dd This user doesn't have a yahoo.com account", Hard)]
    [InlineData(SmtpStep.Recipient, "554 The user does not exist", Hard)]
    [InlineData(SmtpStep.Recipient, "550 mailbox full", Soft)]
    [InlineData(SmtpStep.Recipient, "550 Rejected because of your reputation", Block)]
    [InlineData(SmtpStep.Recipient, "550 Relaying denied", Block)]
    [InlineData(SmtpStep.Recipient, "550 no", Hard)]
    [InlineData(SmtpStep.Recipient, "551 not here", Hard)]
    [InlineData(SmtpStep.Recipient, "552 no", Soft)]
    [InlineData(SmtpStep.Recipient, "553 no", Hard)]
    [InlineData(SmtpStep.Recipient, "554 no", Block)]
    [InlineData(SmtpStep.Recipient, "501 syntax", Soft)]
    [InlineData(SmtpStep.Recipient, "530 log in first", Block)]
    [InlineData(SmtpStep.Data, "503 bad sequence", Soft)]
    [InlineData(SmtpStep.Acceptance, "599 surprise", Soft)]
    // At MAIL it is about the sender, at the end of the content about the content.
    [InlineData(SmtpStep.Mail, "550 5.1.1 user unknown", Block)]
    [InlineData(SmtpStep.Mail, "553 no", Block)]
    [InlineData(SmtpStep.Acceptance, "550 no", Block)]
    [InlineData(SmtpStep.Acceptance, "550 5.1.1 no such user", Hard)]
    [InlineData(SmtpStep.Acceptance, "550 no such user here", Hard)]
    // An enhanced code of another class is noise.
    [InlineData(SmtpStep.Recipient, "550 4.2.2 mailbox full", Soft)]
    [InlineData(SmtpStep.Recipient, "550 2.1.5 no", Hard)]
    public void Every_reply_has_a_verdict(SmtpStep step, string reply, string expected) =>
        Assert.Equal(expected, NameOf(ReplyVerdict.Of(new Answer.Reply(step, int.Parse(reply.AsSpan(0, 3), null), reply[4..]))));

    [Theory]
    [InlineData(TroubleKind.NameNotResolved, Deferred)]
    [InlineData(TroubleKind.Network, Deferred)]
    [InlineData(TroubleKind.TimedOut, Deferred)]
    [InlineData(TroubleKind.TlsTrouble, Deferred)]
    [InlineData(TroubleKind.NotSmtp, Deferred)]
    [InlineData(TroubleKind.NoRoute, Hard)]
    [InlineData(TroubleKind.UnusableAddress, Hard)]
    [InlineData(TroubleKind.NoSmtpUtf8, Soft)]
    public void Every_trouble_has_a_verdict(TroubleKind kind, string expected) =>
        Assert.Equal(expected, NameOf(ReplyVerdict.Of(new Answer.Trouble(kind, "words"))));

    [Fact]
    public void No_trouble_is_forgotten() =>
        Assert.All(Enum.GetValues<TroubleKind>(), kind => Assert.NotNull(ReplyVerdict.Of(new Answer.Trouble(kind, ""))));

    [Theory]
    [InlineData(550, "5.1.1 no", "5.1.1")]
    [InlineData(550, "5.7.708", "5.7.708")]
    [InlineData(550, "5.1.1\n5.1.1 no", "5.1.1")]
    [InlineData(250, "2.0.0 Ok", "2.0.0")]
    [InlineData(550, "4.1.1 no", null)]
    [InlineData(550, "5.1 no", null)]
    [InlineData(550, "5.1.1.1 no", null)]
    [InlineData(550, "5.x.1 no", null)]
    [InlineData(550, "5.1234.1 no", null)]
    [InlineData(550, "no 5.1.1", null)]
    [InlineData(550, "", null)]
    public void The_enhanced_code_stands_in_front(int code, string text, string? expected) =>
        Assert.Equal(expected, new Answer.Reply(SmtpStep.Recipient, code, text).EnhancedStatusCode);

    [Fact]
    public void A_kept_text_is_one_short_line()
    {
        Assert.Equal("5.1.1 no such  user", new Answer.Reply(SmtpStep.Recipient, 550, "5.1.1 no\nsuch\r\nuser\0\n").Text);
        Assert.Equal(999, new Answer.Trouble(TroubleKind.Network, new string('x', 999) + "😀").Text.Length);
    }

    private static string NameOf(Verdict verdict) =>
        verdict switch
        {
            Verdict.Delivered => Delivered,
            Verdict.Deferred => Deferred,
            Verdict.Bounced { Class: BounceClass.Hard } => Hard,
            Verdict.Bounced { Class: BounceClass.Soft } => Soft,
            Verdict.Bounced { Class: BounceClass.Block } => Block,
            _ => throw new InvalidOperationException($"{verdict} is no verdict"),
        };
}
