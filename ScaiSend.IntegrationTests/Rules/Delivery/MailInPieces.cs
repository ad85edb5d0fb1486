using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Delivery.Signing;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Domains;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Delivery;

public sealed class MailInPieces : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scaisend-pieces-");
    private readonly BreakingBlobs _blobs;
    private readonly DkimKey _key = NewKey(DkimAlgorithm.RsaSha256, "one");
    private readonly DkimKey _otherKey = NewKey(DkimAlgorithm.Ed25519Sha256, "two");

    public MailInPieces() => _blobs = new BreakingBlobs(new FolderBlobs(_folder.FullName));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Pieces_and_signatures_are_those_of_the_mail_in_one_buffer() =>
        Shapes.SampleAsync(
            async shape =>
            {
                var mail = await StoreAsync(shape.Body, shape.Files);
                var expected = PiecedMail.Expected(
                    mail.Bytes.Span,
                    mail.Files!.Zip(shape.Files, (file, made) => (file.Offset, made.Content))
                );
                Assert.Equal(expected, await mail.AssembledAsync(_blobs));
                Assert.Equal(expected.Length, mail.Length);

                // Both kinds of signature are the same for the same bytes at the same time, so all bytes must agree.
                var signing = new DkimSigning(_time);
                var whole = signing.Sign(mail with { Bytes = expected, Files = null }, [_key, _otherKey]);
                var signed = await signing.SignAsync(mail, [_key, _otherKey], new MailPieces(_blobs, _time), Stop);
                Assert.True(signed.IsSigned);
                Assert.Equal(whole.Bytes.ToArray(), await signed.AssembledAsync(_blobs));
                Assert.Equal(whole.Length, signed.Length);
            },
            iter: 150,
            threads: 1
        );

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(56)]
    [InlineData(57)]
    [InlineData(58)]
    [InlineData(57 * 512 - 1)]
    [InlineData(57 * 512)]
    [InlineData(57 * 512 + 1)]
    [InlineData(57 * 512 * 3)]
    public async Task The_length_is_right_at_every_edge(int size)
    {
        var content = new byte[size];
        Random.Shared.NextBytes(content);
        var mail = await StoreAsync("before\r\n\r\nafter\r\n", [(8, content)]);
        var whole = await mail.AssembledAsync(_blobs);
        Assert.Equal(PiecedMail.Expected(mail.Bytes.Span, [(mail.Files![0].Offset, content)]), whole);
        Assert.Equal(whole.Length, mail.Length);
    }

    [Theory]
    [InlineData(100_000, 100_001)]
    [InlineData(100_000, 99_999)]
    [InlineData(57 * 512, 57 * 512 - 1)]
    [InlineData(57 * 512, 57 * 512 + 1)]
    [InlineData(1, 0)]
    public async Task An_attachment_of_another_size_is_trouble(int stored, int promised)
    {
        var mail = await StoreAsync("text\r\n", [(0, new byte[stored])]);
        mail = mail with { Files = [mail.Files![0] with { Size = promised }] };
        var trouble = await Assert.ThrowsAsync<FileTroubleException>(() => mail.AssembledAsync(_blobs));
        Assert.False(trouble.IsGone);
    }

    [Fact]
    public async Task A_missing_attachment_is_told_from_a_store_in_trouble()
    {
        var pieces = new MailPieces(_blobs, _time);
        var mail = await StoreAsync("text\r\n", [(0, new byte[100])]);
        Assert.Null(await pieces.FindTroubleAsync(mail, Stop));
        _blobs.OnOpen = (_, _) => null;
        Assert.True((await pieces.FindTroubleAsync(mail, Stop))!.IsGone);
        _blobs.OnOpen = (_, _) => throw new IOException("/a/secret/place");
        var trouble = await pieces.FindTroubleAsync(mail, Stop);
        Assert.Equal((false, "The blob store did not answer: IOException"), (trouble!.IsGone, trouble.Message));
    }

    [Fact]
    public async Task A_store_that_hangs_is_given_up()
    {
        var reads = new TaskCompletionSource();
        _blobs.OnOpen = (_, stream) =>
            BreakingBlobs.Before(
                stop =>
                {
                    reads.TrySetResult();
                    return Task.Delay(Timeout.Infinite, stop);
                },
                stream
            );
        var mail = await StoreAsync("text\r\n", [(0, new byte[100])]);
        var signing = new DkimSigning(_time).SignAsync(mail, [_key], new MailPieces(_blobs, _time), Stop);
        await reads.Task;
        _time.Advance(MailPieces.ReadLimit);
        var trouble = await Assert.ThrowsAsync<FileTroubleException>(() => signing);
        Assert.Equal("The blob store did not answer in time", trouble.Message);
    }

    [Fact]
    public async Task A_store_that_is_slow_for_ever_is_given_up_while_signing()
    {
        var step = MailPieces.ReadLimit - TimeSpan.FromSeconds(1);
        _blobs.OnOpen = (_, stream) =>
            BreakingBlobs.Before(
                stop =>
                {
                    _time.Advance(step);
                    stop.ThrowIfCancellationRequested();
                    return Task.CompletedTask;
                },
                stream
            );
        var mail = await StoreAsync("text\r\n", [(0, new byte[1_000_000])]);
        var trouble = await Assert.ThrowsAsync<FileTroubleException>(() =>
            new DkimSigning(_time).SignAsync(mail, [_key], new MailPieces(_blobs, _time), Stop)
        );
        Assert.Equal("The blob store did not answer in time", trouble.Message);
    }

    [Fact]
    public async Task A_spooled_mail_keeps_its_attachments_by_name_and_old_entries_are_read()
    {
        var mail = await StoreAsync("text\r\n", [(0, new byte[100_000])]);
        await _blobs.PutMailAsync("mail/1", mail, Stop);
        var read = await _blobs.GetMailAsync("mail/1", Stop);
        Assert.Equal(mail.Files, read!.Files);
        Assert.Equal(mail.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.True(new FileInfo(Path.Combine(_folder.FullName, "mail/1")).Length < 1000);

        const string envelope =
            """{"ReversePath":"b@example.test","Recipient":"u@b.test","SigningDomain":"example.test","NeedsSmtpUtf8":false,"IsSigned":true,"Bytes":""}""";
        byte[] entry = [0, 0, 0, (byte)envelope.Length, .. Encoding.ASCII.GetBytes(envelope), .. "a: b\r\n\r\n"u8];
        await _blobs.PutAsync("mail/2", new MemoryStream(entry), Stop);
        read = await _blobs.GetMailAsync("mail/2", Stop);
        Assert.Null(read!.Files);
        Assert.Equal((true, 8L), (read.IsSigned, read.Length));
        Assert.DoesNotContain("Length", JsonSerializer.Serialize(mail), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _key.Dispose();
        _otherKey.Dispose();
        _folder.Delete(recursive: true);
    }

    // Empty files put nothing in, and so cut the body anywhere: also between CR and LF and within white space.
    private static Gen<(string Body, (int Offset, byte[] Content)[] Files)> Shapes
    {
        get
        {
            string[] words = ["a", "bc", ".", "é", " ", "  ", "\t", "\r", "\n", "\r\n", "\r\n\r\n", " \r\n", "\r\r\n"];
            var body = Gen.Int[0, words.Length - 1].Select(i => words[i]).Array[0, 40].Select(string.Concat);
            var content = Gen.Frequency(
                (6, Gen.Const(Array.Empty<byte>())),
                (3, Gen.Byte.Array[1, 200]),
                (1, Gen.Int[29_000, 30_000].SelectMany(size => Gen.Byte.Select(b => Enumerable.Repeat(b, size).ToArray())))
            );
            return Gen.Select(body, Gen.Select(Gen.Int[0, 1000], content).Array[1, 8])
                .Select(
                    (text, files) =>
                    {
                        var length = Encoding.UTF8.GetByteCount(text);
                        return (text, files.Select(file => (file.Item1 % (length + 1), file.Item2)).OrderBy(file => file.Item1).ToArray());
                    }
                );
        }
    }

    private async Task<RenderedMail> StoreAsync(string body, (int Offset, byte[] Content)[] files)
    {
        const string head = "From: a@example.test\r\nSubject: x\r\n\r\n";
        var stored = new List<MailFile>();
        foreach (var (offset, content) in files)
        {
            var key = $"attachments/{stored.Count}";
            await _blobs.PutAsync(key, new MemoryStream(content), Stop);
            stored.Add(new MailFile(head.Length + offset, key, content.Length));
        }
        return new RenderedMail("b@example.test", "u@b.test", "example.test", false, false, Encoding.UTF8.GetBytes(head + body), stored);
    }

    private static DkimKey NewKey(DkimAlgorithm algorithm, string selector) =>
        DkimKey.FromPkcs8("example.test", selector, algorithm, DkimKeys.Generate(algorithm));
}
