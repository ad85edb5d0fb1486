using System.Text;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.Delivery.Signing;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Policies;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>The other mail server that a third of the world runs: it takes our mail, and its replies are understood.</summary>
public sealed class DeliveringToExim
{
    [Fact]
    public async Task A_delivered_file_verifies_with_dkimpy_under_both_signatures()
    {
        await using var engine = Engine.With();
        using var rsa = NewKey(DkimAlgorithm.RsaSha256, "scaisend");
        using var ed25519 = NewKey(DkimAlgorithm.Ed25519Sha256, "scaisend-ed");
        var user = $"u{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var mail = new DkimSigning(TimeProvider.System).Sign(
            TestMail.To($"{user}@exim.test", ".dot\r\n\r\ntext  \t end \r\n\r\n"),
            [rsa, ed25519]
        );
        var outcome = await engine.SendAsync(mail, Exim());
        Assert.True(outcome.Verdict is Verdict.Delivered, outcome.Attempt.Reply);
        Assert.StartsWith("TLS 1.", outcome.Attempt.Tls, StringComparison.Ordinal);
        Assert.Equal("opportunistic", outcome.Attempt.TlsPolicy);
        Assert.StartsWith("self-signed", outcome.Attempt.Certificate, StringComparison.Ordinal);
        var delivered = await File.ReadAllTextAsync(
            await Maildir.FileAboutAsync(Setting("SCAISEND_TEST_EXIM_MAILDIR"), user),
            TestContext.Current.CancellationToken
        );
        await DkimCheck.VerifyAsync(
            new Dictionary<string, string>
            {
                ["scaisend._domainkey.example.test"] = rsa.TxtRecord,
                ["scaisend-ed._domainkey.example.test"] = ed25519.TxtRecord,
            },
            Encoding.UTF8.GetBytes(delivered.ReplaceLineEndings("\r\n"))
        );
    }

    [Theory]
    [InlineData("bounce@exim.test", 550, "5.1.1", BounceClass.Hard)]
    [InlineData("full@exim.test", 552, "5.2.2", BounceClass.Soft)]
    [InlineData("u@elsewhere.test", 550, null, BounceClass.Block)]
    public async Task Its_refusals_bounce(string recipient, int code, string? enhanced, BounceClass expected)
    {
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To(recipient), Exim());
        Assert.Equal(new Verdict.Bounced(expected), outcome.Verdict);
        Assert.Equal((code, enhanced, "recipient"), (outcome.Attempt.ReplyCode, outcome.Attempt.EnhancedStatusCode, outcome.Attempt.Step));
    }

    [Fact]
    public async Task Its_greylisting_defers()
    {
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("later@exim.test"), Exim());
        Assert.IsType<Verdict.Deferred>(outcome.Verdict);
        Assert.Equal((451, "4.7.1"), (outcome.Attempt.ReplyCode, outcome.Attempt.EnhancedStatusCode));
    }

    [Fact]
    public async Task A_connection_that_it_drops_after_its_answer_is_replaced_for_the_next_mail()
    {
        await using var engine = Engine.With();
        var dropped = await engine.SendAsync(TestMail.To("drop@exim.test"), Exim());
        Assert.Equal(new Verdict.Bounced(BounceClass.Block), dropped.Verdict);
        Assert.IsType<Verdict.Delivered>((await engine.SendAsync(TestMail.To("u@exim.test"), Exim())).Verdict);
    }

    [Fact]
    public async Task A_refusal_of_the_content_bounces()
    {
        await using var engine = Engine.With();
        var mail = TestMail.To("u@exim.test");
        var infected = mail with { Bytes = Encoding.UTF8.GetBytes("Subject: VIRUS\r\n" + Encoding.UTF8.GetString(mail.Bytes.Span)) };
        var outcome = await engine.SendAsync(infected, Exim());
        Assert.Equal(new Verdict.Bounced(BounceClass.Block), outcome.Verdict);
        Assert.Equal("content", outcome.Attempt.Step);
    }

    [Fact]
    public async Task A_mail_over_its_size_is_not_even_begun()
    {
        await using var engine = Engine.With();
        var line = new string('x', 70) + "\r\n";
        var outcome = await engine.SendAsync(TestMail.To("u@exim.test", string.Concat(Enumerable.Repeat(line, 20_000))), Exim());
        Assert.Equal(new Verdict.Bounced(BounceClass.Soft), outcome.Verdict);
        Assert.Equal(("5.3.4", null), (outcome.Attempt.EnhancedStatusCode, outcome.Attempt.ReplyCode));
    }

    [Fact]
    public async Task Mail_with_an_international_address_arrives()
    {
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To("grüße@exim.test", needsSmtpUtf8: true), Exim());
        Assert.True(outcome.Verdict is Verdict.Delivered, outcome.Attempt.Reply);
    }

    [Fact]
    public async Task Its_certificate_of_its_own_making_does_for_required_and_not_for_verified_tls()
    {
        await using var engine = Engine.With();
        var required = await engine.SendAsync(TestMail.To("u@exim.test"), TlsPolicy.Said(TlsMode.Require, "tenant"), Exim());
        var verified = await engine.SendAsync(TestMail.To("u@exim.test"), TlsPolicy.Said(TlsMode.Verify, "tenant"), Exim());
        Assert.IsType<Verdict.Delivered>(required.Verdict);
        Assert.IsType<Verdict.Deferred>(verified.Verdict);
    }

    private static MxHost Exim() => new("127.0.0.1", int.Parse(Setting("SCAISEND_TEST_EXIM_PORT"), null));

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: these tests need an Exim, which ./build.sh test starts. Run that.");

    private static DkimKey NewKey(DkimAlgorithm algorithm, string selector) =>
        DkimKey.FromPkcs8("example.test", selector, algorithm, DkimKeys.Generate(algorithm));
}
