using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Signing;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Domains;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Delivery;

public sealed class SigningMail : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly DkimKey _rsa = NewKey(DkimAlgorithm.RsaSha256, "one");
    private readonly DkimKey _ed25519 = NewKey(DkimAlgorithm.Ed25519Sha256, "two");

    [Fact]
    public async Task Whatever_the_mail_looks_like_MimeKit_and_dkimpy_verify_it()
    {
        var signed = new ConcurrentBag<byte[]>();
        Mails.Sample(
            text =>
            {
                var mail = Sign(text, _rsa, _ed25519);
                Assert.Equal([true, true], VerifyWithMimeKit(mail));
                signed.Add(OnTheWire(mail));
            },
            iter: 200
        );
        await DkimCheck.VerifyAsync(Records(), signed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n\r\n")]
    [InlineData(" \t\r\n  \r\n")]
    [InlineData("no line end")]
    [InlineData("text \t\r\n\r\n\r\n")]
    [InlineData("\r\n\r\n leading  and\t\tinner \r\nspaces\r\n")]
    public async Task Bodies_at_the_edge_verify(string body)
    {
        var mail = Sign($"From: a@example.test\r\n\r\n{body}", _rsa, _ed25519);
        Assert.Equal([true, true], VerifyWithMimeKit(mail));
        await DkimCheck.VerifyAsync(Records(), OnTheWire(mail));
    }

    [Fact]
    public void The_rendered_bytes_stay_as_they_are_behind_the_signatures()
    {
        const string text = "From: a@example.test\r\nSubject:  x \r\n\r\nbody \r\n";
        var signed = Encoding.UTF8.GetString(Sign(text, _rsa, _ed25519).Bytes.Span);
        Assert.EndsWith(text, signed, StringComparison.Ordinal);
        Assert.StartsWith(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test;\r\n\ts=one; t=1795521600;\r\n\th=From:From:Subject;",
            signed,
            StringComparison.Ordinal
        );
        Assert.All(signed.Split("\r\n"), line => Assert.InRange(line.Length, 0, 90));
    }

    [Theory]
    [InlineData("Subject: new\r\n", true)]
    [InlineData("Cc: eve@b.test\r\n", false)]
    [InlineData("From: eve@b.test\r\n", true)]
    public void A_changed_signed_header_breaks_the_signature(string added, bool isBroken)
    {
        var mail = Sign("From: a@example.test\r\nSubject: old\r\n\r\nbody\r\n", _rsa);
        var text = Encoding.UTF8.GetString(mail.Bytes.Span);
        var at = text.IndexOf("From: a", StringComparison.Ordinal);
        // A field in front of the signed one leaves the last, which is signed; behind it, it takes its place.
        var changed = text.Insert(text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal) + 2, added);
        Assert.Equal([!isBroken], VerifyWithMimeKit(mail with { Bytes = Encoding.UTF8.GetBytes(changed) }));
    }

    [Fact]
    public void A_from_added_in_front_breaks_the_signature()
    {
        var mail = Sign("From: a@example.test\r\nSubject: old\r\n\r\nbody\r\n", _rsa);
        byte[] changed = [.. "From: eve@b.test\r\n"u8, .. mail.Bytes.Span];
        Assert.Equal([false], VerifyWithMimeKit(mail with { Bytes = changed }));
    }

    [Fact]
    public void A_signed_mail_and_a_mail_without_keys_stay_the_same()
    {
        var mail = Rendered("From: a@example.test\r\n\r\nbody\r\n");
        Assert.Same(mail, new DkimSigning(_time).Sign(mail, []));
        var signed = new DkimSigning(_time).Sign(mail, [_rsa]);
        Assert.Same(signed, new DkimSigning(_time).Sign(signed, [_rsa]));
    }

    [Fact]
    public void A_key_signs_for_many_threads_at_once()
    {
        var mails = new ConcurrentBag<RenderedMail>();
        Parallel.For(0, 100, i => mails.Add(Sign($"From: a@example.test\r\n\r\nbody {i}\r\n", _rsa, _ed25519)));
        Assert.All(mails, mail => Assert.Equal([true, true], VerifyWithMimeKit(mail)));
    }

    [Fact]
    public void Bytes_that_are_no_key_of_the_algorithm_are_refused()
    {
        var ed25519 = DkimKeys.Generate(DkimAlgorithm.Ed25519Sha256);
        Assert.ThrowsAny<Exception>(() => DkimKey.FromPkcs8("example.test", "s", DkimAlgorithm.RsaSha256, ed25519));
        Assert.ThrowsAny<Exception>(() => DkimKey.FromPkcs8("example.test", "s", DkimAlgorithm.Ed25519Sha256, [1, 2, 3]));
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ed25519.Dispose();
    }

    private static Gen<string> Mails
    {
        get
        {
            var word = OneOf("word", "x", "a:b", "é", "=?utf-8?q?x?=", "<a@b.test>", ";", "\"q\"");
            var gap = OneOf(" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t", " \r\n  ");
            var value = Gen.Select(word, gap, (w, g) => w + g).Array[0, 8].Select(word, (parts, last) => string.Concat(parts) + last);
            var name = OneOf(
                "To",
                "cc",
                "SUBJECT",
                "Date",
                "Message-ID",
                "Reply-To",
                "X-Other",
                "List-Unsubscribe",
                "List-Unsubscribe-Post"
            );
            var colon = OneOf(":", ": ", ":\t", ":  ");
            var end = OneOf("\r\n", " \r\n", "\t \r\n");
            var header = Gen.Select(name, colon, value, end, (n, c, v, e) => n + c + v + e);
            var body = OneOf("a", "bc", ".", "é", " ", "  ", "\t", "\r\n", "\r\n\r\n", " \r\n").Array[0, 60].Select(string.Concat);
            return Gen.Select(
                header.Array[0, 10],
                value,
                body,
                (headers, from, text) => $"From: {from}\r\n{string.Concat(headers)}\r\n{text}"
            );
        }
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private RenderedMail Sign(string text, params DkimKey[] keys) => new DkimSigning(_time).Sign(Rendered(text), keys);

    // RFC 5321 §4.1.1.4: the last line ends when it is sent. dkimpy leaves white space at the end of a last line that does not.
    private static byte[] OnTheWire(RenderedMail mail) =>
        mail.Bytes.Span.EndsWith("\r\n"u8) ? mail.Bytes.ToArray() : [.. mail.Bytes.Span, .. "\r\n"u8];

    private static RenderedMail Rendered(string text) =>
        new("b@example.test", "u@b.test", "example.test", false, false, Encoding.UTF8.GetBytes(text));

    private static DkimKey NewKey(DkimAlgorithm algorithm, string selector) =>
        DkimKey.FromPkcs8("example.test", selector, algorithm, DkimKeys.Generate(algorithm));

    private Dictionary<string, string> Records() =>
        new() { ["one._domainkey.example.test"] = _rsa.TxtRecord, ["two._domainkey.example.test"] = _ed25519.TxtRecord };

    private bool[] VerifyWithMimeKit(RenderedMail mail)
    {
        using var message = MimeMessage.Load(new MemoryStream(mail.Bytes.ToArray()), TestContext.Current.CancellationToken);
        var verifier = new DkimVerifier(new KnownKeys(Records()));
        verifier.Enable(DkimSignatureAlgorithm.Ed25519Sha256);
        return [.. message.Headers.Where(h => h.Id == HeaderId.DkimSignature).Select(h => verifier.Verify(message, h))];
    }

    private sealed class KnownKeys(Dictionary<string, string> records) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        ) => GetPublicKey(records[$"{selector}._domainkey.{domain}"]);

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        ) => Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
