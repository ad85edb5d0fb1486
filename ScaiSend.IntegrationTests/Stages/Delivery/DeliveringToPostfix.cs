using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using ScaiSend.Delivery.Signing;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Domains;
using Xunit;

namespace ScaiSend.IntegrationTests.Stages.Delivery;

/// <summary>A real mail server takes our mail, and what it delivers still verifies.</summary>
public sealed class DeliveringToPostfix
{
    [Fact]
    public async Task A_delivered_file_verifies_with_dkimpy()
    {
        await using var engine = Engine.With();
        using var rsa = NewKey(DkimAlgorithm.RsaSha256, "scaisend");
        using var ed25519 = NewKey(DkimAlgorithm.Ed25519Sha256, "scaisend-ed");
        var user = $"u{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        var mail = new DkimSigning(TimeProvider.System).Sign(
            TestMail.To($"{user}@b.test", ".dot\r\n\r\ntext  \t end \r\n\r\n"),
            [rsa, ed25519]
        );
        var outcome = await engine.SendAsync(mail, Postfix());
        Assert.True(outcome.Verdict is Verdict.Delivered, outcome.Attempt.Reply);
        Assert.StartsWith("TLS 1.", outcome.Attempt.Tls, StringComparison.Ordinal);
        var delivered = await File.ReadAllBytesAsync(
            await Maildir.FileAboutAsync(Setting("SCAISEND_TEST_POSTFIX_MAILDIR"), user),
            TestContext.Current.CancellationToken
        );
        await DkimCheck.VerifyAsync(
            new Dictionary<string, string>
            {
                ["scaisend._domainkey.example.test"] = rsa.TxtRecord,
                ["scaisend-ed._domainkey.example.test"] = ed25519.TxtRecord,
            },
            WithCrLf(delivered)
        );
    }

    [Theory]
    [InlineData("bounce@b.test", 550, "5.1.1", BounceClass.Hard)]
    [InlineData("full@b.test", 552, "5.2.2", BounceClass.Soft)]
    public async Task Its_refusals_bounce(string recipient, int code, string enhanced, BounceClass expected)
    {
        await using var engine = Engine.With();
        var outcome = await engine.SendAsync(TestMail.To(recipient), Postfix());
        Assert.Equal(new Verdict.Bounced(expected), outcome.Verdict);
        Assert.Equal((code, enhanced), (outcome.Attempt.ReplyCode, outcome.Attempt.EnhancedStatusCode));
    }

    [Fact]
    public async Task Its_greylisting_defers()
    {
        await using var engine = Engine.With();
        Assert.IsType<Verdict.Deferred>((await engine.SendAsync(TestMail.To("later@b.test"), Postfix())).Verdict);
    }

    private static MxHost Postfix() => new("127.0.0.1", int.Parse(Setting("SCAISEND_TEST_POSTFIX_PORT"), null));

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: these tests need a Postfix, which ./build.sh test starts. Run that.");

    private static DkimKey NewKey(DkimAlgorithm algorithm, string selector) =>
        DkimKey.FromPkcs8("example.test", selector, algorithm, DkimKeys.Generate(algorithm));

    private static byte[] WithCrLf(byte[] unix) => [.. unix.SelectMany(b => b == '\n' ? "\r\n"u8.ToArray() : [b])];
}
