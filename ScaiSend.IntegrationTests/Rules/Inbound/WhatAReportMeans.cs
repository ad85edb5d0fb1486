using System.Text;
using ScaiSend.Delivery.Inbound;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Inbound;

public sealed class WhatAReportMeans
{
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["gmail-unknown"] = "failed hard 5.1.1",
        ["gmail-spam"] = "failed block 5.7.1",
        ["gmail-delayed"] = "delayed 4.4.1",
        ["outlook-blocked"] = "failed block 5.7.606",
        ["exchange-online-unknown"] = "failed hard 5.1.10",
        ["exchange-online-expired"] = "failed soft 5.4.300",
        ["exchange-on-premises-full"] = "failed soft 5.2.2",
        ["exchange-old-text"] = "failed hard 5.1.1",
        ["yahoo-disabled"] = "failed hard 5.0.0",
        ["yahoo-text"] = "failed hard -",
        ["icloud-full"] = "failed soft 5.2.2",
        ["gmx-text"] = "failed hard -",
        ["gmx-policy"] = "failed block -",
        ["postfix-unknown"] = "failed hard 5.1.1",
        // The recipient was taken, so the refusal is about what we sent.
        ["postfix-refused-content"] = "failed block 5.0.0",
        ["postfix-no-host"] = "failed hard 5.4.4",
        ["postfix-expired"] = "failed soft 4.4.1",
        ["postfix-delayed"] = "delayed 4.3.0",
        ["postfix-relayed"] = "relayed",
        ["postfix-delivered"] = "relayed",
        ["list-expanded-one-failed"] = "failed hard 5.1.1",
        ["sendmail-unknown"] = "failed hard 5.1.1",
        ["sendmail-delayed"] = "delayed 4.4.1",
        ["amazon-ses-blocked"] = "failed block 5.7.1",
        ["amazon-ses-too-large"] = "failed soft 5.3.4",
        ["exim-dsn-unrouteable"] = "failed soft 5.0.0",
        ["exim-text"] = "failed hard 5.1.1",
        ["exim-sender-refused"] = "failed block -",
        ["exim-delay-warning"] = "delayed 4.7.1",
        ["qmail-no-mailbox"] = "failed hard 5.1.1",
        ["qmail-remote-said"] = "failed soft 5.2.2",
        ["qmail-expired"] = "failed soft 4.4.1",
        ["international-address"] = "failed hard 5.1.1",
        ["out-of-office-exchange"] = "automatic",
        ["out-of-office-vacation"] = "automatic",
        ["out-of-office-german"] = "automatic",
        ["autoreply-header"] = "automatic",
        ["person-answers"] = "unparseable",
        ["arf-yahoo"] = "complaint abuse Yahoo!-Mail-Feedback/2.0",
        ["arf-outlook"] = "complaint abuse AM7EUR03.mail.protection.outlook.example",
        ["jmrp-outlook"] = "complaint abuse hotmail.example",
        ["arf-comcast"] = "complaint abuse Return Path Feedback/1.0",
        ["arf-generic-fraud"] = "complaint fraud SomeGenerator/1.0",
        ["arf-opt-out"] = "complaint opt-out SomeGenerator/1.0",
        ["arf-to-return-path"] = "complaint abuse ",
        // Nobody complains here.
        ["arf-not-spam"] = "automatic",
        ["arf-auth-failure"] = "automatic",
        // A Message-ID can be seen by everybody who has seen the mail's headers, and guessed by others: it proves nothing.
        ["arf-message-id-only"] = "unparseable",
        ["dsn-message-id-only"] = "unparseable",
        ["dsn-without-outcome"] = "unparseable",
    };

    public static TheoryData<string> Files => [.. Samples.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_sample_is_read_as_it_should_be(string file)
    {
        var mail = Samples.Read(file);

        var report = Samples.Reader.Read(mail, Samples.RecipientOf(mail));

        Assert.Equal(Expected[file], Words(report));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void None_says_anything_about_an_email_when_its_token_is_forged(string file)
    {
        var forged = (Samples.Token[^1] == 'a' ? 'b' : 'a').ToString();
        var mail = Samples.Read(file, Samples.Token[..^1] + forged);

        var report = Samples.Reader.Read(mail, Samples.RecipientOf(mail));

        Assert.True(report is Report.Unparseable or Report.AutoReply(null), report.GetType().Name);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Line_ends_do_not_matter(string file)
    {
        var mail = Samples.Read(file);
        var bare = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(mail).ReplaceLineEndings("\n"));

        Assert.Equal(Samples.Reader.Read(mail, Samples.RecipientOf(mail)), Samples.Reader.Read(bare, Samples.RecipientOf(mail)));
    }

    [Fact]
    public void The_table_and_the_samples_are_the_same() => Assert.Equal(Expected.Keys.Order(), Samples.Names.Order());

    [Theory]
    [InlineData("gmail-unknown", "googlemail.example", "550 5.1.1 The email account that you tried to reach does not exist. Please try")]
    [InlineData("postfix-unknown", "mail.example.net", "550 5.1.1 <lost@example.net>: Recipient address")]
    [InlineData("qmail-no-mailbox", "qmail.example.org", "5.1.1 Sorry, no mailbox here by that name. (#5.1.1)")]
    [InlineData("exim-text", "exim.example.org", "550 5.1.1 <dora@exim.example.org>: Recipient address rejected: User unknown")]
    [InlineData("gmx-text", "gmx.example", "550 Requested action not taken: mailbox unavailable")]
    public void The_reason_is_what_the_other_server_said(string file, string mta, string reason)
    {
        var mail = Samples.Read(file);

        var failed = Assert.IsType<Report.Failed>(Samples.Reader.Read(mail, Samples.RecipientOf(mail)));

        Assert.Equal(mta, failed.ReportingMta);
        Assert.StartsWith(reason, failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forwarder_that_rewrote_the_return_path_still_quotes_the_token()
    {
        var mail = Samples.Read("arf-outlook", $"SRS0=aB3d=x7=bounce.example.com={Samples.Token.ToUpperInvariant()}");

        Assert.IsType<Report.Complaint>(Samples.Reader.Read(mail, "fbl@bounce.example.com"));
    }

    [Fact]
    public void The_envelope_counts_before_what_is_quoted()
    {
        var other = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

        var report = Samples.Reader.Read(Samples.Read("postfix-unknown"), $"{Samples.Paths.LocalPartOf(other)}@bounce.example.com");

        Assert.Equal(other, Assert.IsType<Report.Failed>(report).EmailId);
    }

    // The reader looks only at the email that the sample is about; any other id is a failure of its own.
    private static string Words(Report report) =>
        report switch
        {
            Report.Failed failed when failed.EmailId == Samples.EmailId =>
                $"failed {failed.Class.ToString().ToLowerInvariant()} {failed.Status ?? "-"}",
            Report.Delayed delayed when delayed.EmailId == Samples.EmailId => $"delayed {delayed.Status ?? "-"}",
            Report.Relayed relayed when relayed.EmailId == Samples.EmailId => "relayed",
            Report.Complaint complaint when complaint.EmailId == Samples.EmailId =>
                $"complaint {complaint.FeedbackType} {complaint.Source}",
            Report.AutoReply reply when reply.EmailId == Samples.EmailId => "automatic",
            Report.Unparseable => "unparseable",
            _ => $"{report.GetType().Name} about another email",
        };
}
