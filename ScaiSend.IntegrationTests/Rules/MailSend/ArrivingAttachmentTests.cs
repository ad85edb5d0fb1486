using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using ScaiSend.Api.MailSend;
using ScaiSend.Platform.Blobs;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.MailSend;

/// <summary>Attachments leave the body while it arrives in pieces; whoever reads the rest must find the same request as in the whole.</summary>
public sealed class ArrivingAttachmentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scaisend-arriving-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // DEL, for which the request gets the byte FF.
    private const char BadByte = '\u007f';

    // Where names, nesting, escapes and kinds are such that a scanner could lose its way.
    private static readonly string[] Attachments =
    [
        """[{"content":"aGk=","filename":"a.txt"}]""",
        """[{"filename":"a.txt","content":"aGk="},{"content":"AAEC\/+8=","filename":"b"},{"content":"\u0061Gk\u003d","filename":"c"}]""",
        """[{"content":"aG\n k=","filename":"a.txt"}]""",
        """[{"content":"aGk","filename":"a.txt"}]""",
        """[{"content":"aGk=aGk=","filename":"a.txt"}]""",
        """[{"content":"ä","filename":"a.txt"}]""",
        """[{"content":"\u00e4AAA","filename":"a.txt"}]""",
        """[{"content":"aGk=\ud83d\ude00","filename":"a.txt"},{"content":"aGk=","filename":"b"}]""",
        // No text at all: half a character by escapes, and a byte that UTF-8 does not have.
        """[{"content":"aGk\ud800","filename":"a.txt"}]""",
        """[{"content":"\ud800\x","filename":"a.txt"}]""",
        $$"""[{"content":"aGk={{BadByte}}","filename":"a.txt"}]""",
        $$"""[{"content":"ä\n{{BadByte}}","content":"aGk=","filename":"a.txt"}]""",
        """[{"content":"","filename":"a.txt"}]""",
        """[{"content":"=","filename":"a.txt"}]""",
        """[{"content":"    ","filename":"a.txt"}]""",
        """[{"content":null,"filename":"a.txt"}]""",
        """[{"content":5,"filename":"content"}]""",
        """[{"content":["aGk="],"filename":"a.txt"}]""",
        """[{"content":{"content":"aGk="},"filename":"a.txt"}]""",
        """[{"content":"aGk=","content":"aGlo","filename":"a.txt"}]""",
        """[{"co\u006etent":"aGk=","filename":"a.txt"}]""",
        """[{"x":{"content":"%%"},"y":["content","%%"],"content":"aGk=","filename":"a\"content\":\"%%"}]""",
        """[["content","%%"],{"content":"aGk=","filename":"a.txt"}]""",
        """{"content":"%%"}""",
        """[{"content":"aG\x","filename":"a.txt"}]""",
        """[{"content":"aG\u12","filename":"a.txt"}]""",
        "[{\"content\":\"aG\nk=\",\"filename\":\"a.txt\"}]",
        """[{"content" "aGk=","filename":"a.txt"}]""",
        """[{"content":"aGk=" "filename":"a.txt"}]""",
        """[{"content":"aGk=""",
        """[{"content":"aGk=\""",
        """[{"content":"aGk=","filename":"a.txt"}],"attachments":[{"content":"aGlo","filename":"b"}]""",
        """[{"content":"aGk=","filename":"a.txt"}],"x":[{"content":"%%"}],"content":[{"content":"%%"}]""",
        """[{"content":"aGk=","filename":"a.txt"}]]""",
        $"[{string.Join(',', Enumerable.Repeat("""{"content":"aGk=","filename":"a,\"content\":"}""", 30))}]",
    ];

    [Fact]
    public async Task Cut_into_any_pieces_a_request_means_the_same_as_in_the_whole() =>
        await Gen.Select(Gen.OneOf(Attachments), Gen.Int[1, 40].Array[1, 6], Gen.Bool)
            .SampleAsync(
                async (attachments, sizes, hasMark) =>
                {
                    var json = Requests.Good().ToJsonString();
                    json = (hasMark ? "\uFEFF" : "") + json[..^1] + ",\"attachments\":" + attachments + ",\"headers\":{\"X-A\":\"1\"}}";
                    var bytes = Encoding.UTF8.GetBytes(json);
                    bytes.AsSpan().Replace((byte)BadByte, (byte)0xFF);
                    var whole = MailSendRequest.Parse(bytes, Requests.Now);

                    await using var body = await ReadAsync(bytes, sizes);
                    var inPieces = MailSendRequest.Parse(body.Bytes, Requests.Now, body.Contents);

                    Assert.Equal(whole.Errors, inPieces.Errors);
                    Assert.Equal(Shown(whole.Mail), Shown(inPieces.Mail));
                },
                iter: 3000
            );

    [Theory]
    [InlineData(1)]
    [InlineData(IncomingAttachment.MostInMemory - 1)]
    [InlineData(IncomingAttachment.MostInMemory)]
    [InlineData(IncomingAttachment.MostInMemory + 1)]
    [InlineData(3_000_000)]
    public async Task A_content_arrives_as_it_was_and_a_large_one_is_stored_before_the_request_has_been_read(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var request = WithAttachment(Convert.ToBase64String(content));

        await using (var body = await ReadAsync(Encoding.UTF8.GetBytes(request), [4096]))
        {
            Assert.True(body.Bytes.Length < 2000);
            var mail = MailSendRequest.Parse(body.Bytes, Requests.Now, body.Contents).Mail!;
            var attachment = Assert.Single(mail.Content.Attachments);
            Assert.Equal(size, attachment.Size);
            Assert.Equal(size > IncomingAttachment.MostInMemory, mail.Blobs.Count == 0);
            if (mail.Blobs.Count == 0)
                Assert.Equal(content, await StoredAsync(attachment.BlobKey));
            else
                Assert.Equal(content, Assert.Single(mail.Blobs).Bytes.ToArray());
            body.Keep(mail.Content.Attachments);
        }
        Assert.Equal(size > IncomingAttachment.MostInMemory ? 1 : 0, Files().Count());
    }

    public static TheoryData<string> Refused =>
        [
            // Malformed behind the attachment, in it, and cut off in the middle of it.
            WithAttachment(Large) + "}",
            WithAttachment(Large + "%"),
            WithAttachment(Large + "\\q"),
            WithAttachment(Large)[..200_000],
            // Good, but for a field beside it.
            WithAttachment(Large).Replace("a.bin", "a\\r\\n", StringComparison.Ordinal),
        ];

    private static string Large { get; } = new('A', 400_000);

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task A_refused_request_leaves_nothing_in_the_store(string request)
    {
        await using (var body = await ReadAsync(Encoding.UTF8.GetBytes(request), [10_000]))
        {
            Assert.NotEmpty(MailSendRequest.Parse(body.Bytes, Requests.Now, body.Contents).Errors);
            Assert.True(body.Bytes.Length < 5000);
        }
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_body_over_the_limit_leaves_nothing_in_the_store()
    {
        await using (var body = await ReadAsync(Encoding.UTF8.GetBytes(WithAttachment(new string('A', RequestBody.MaxBytes))), [50_000]))
            Assert.Equal(413, body.Refusal?.StatusCode);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_store_that_fails_is_heard_of()
    {
        var bytes = Encoding.UTF8.GetBytes(WithAttachment(Large));
        File.WriteAllText(Path.Combine(_folder, "attachments"), "in the way");

        await Assert.ThrowsAnyAsync<IOException>(async () => await ReadAsync(bytes, [10_000]));
    }

    [Fact]
    public async Task A_refused_request_does_not_wait_for_a_store_that_hangs_and_deletes_what_may_have_been_stored()
    {
        var blobs = new HangingBlobs();
        await using (var body = await ReadAsync(Encoding.UTF8.GetBytes(WithAttachment(Large)[..200_000]), [10_000], blobs))
            Assert.NotEmpty(MailSendRequest.Parse(body.Bytes, Requests.Now, body.Contents).Errors);

        Assert.True(blobs.IsStopped);
        Assert.Equal(blobs.Key, blobs.Deleted);
    }

    [Fact]
    public async Task A_sender_who_takes_too_long_is_told_so()
    {
        using var limit = new CancellationTokenSource();
        var half = Encoding.UTF8.GetBytes(WithAttachment(Large)[..200_000]);
        var reading = ReadAsync(half, [half.Length], isWhole: false, limit: limit);
        await limit.CancelAsync();

        await using var body = await reading;

        Assert.Equal(408, body.Refusal?.StatusCode);
    }

    [Fact]
    public async Task A_store_that_takes_too_long_is_not_the_senders_fault()
    {
        using var limit = new CancellationTokenSource();
        var bytes = Encoding.UTF8.GetBytes(WithAttachment(Large));
        var blobs = new HangingBlobs { OnPut = limit.Cancel };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(bytes, [bytes.Length], blobs, limit: limit));

        Assert.Equal(blobs.Key, blobs.Deleted);
    }

    [Fact]
    public async Task Errors_behind_an_attachment_name_the_place_in_the_body_as_it_was_sent()
    {
        var json = WithAttachment(Large) + "!";
        var whole = MailSendRequest.Parse(Encoding.UTF8.GetBytes(json), Requests.Now);

        await using var body = await ReadAsync(Encoding.UTF8.GetBytes(json), [9000]);

        Assert.Equal(whole.Errors, MailSendRequest.Parse(body.Bytes, Requests.Now, body.Contents).Errors);
    }

    private static string WithAttachment(string content)
    {
        var request = Requests.Good();
        request["attachments"] = new JsonArray(new JsonObject { ["content"] = "@", ["filename"] = "a.bin" });
        return request.ToJsonString().Replace("\"@\"", $"\"{content}\"", StringComparison.Ordinal);
    }

    private async Task<RequestBody> ReadAsync(
        byte[] bytes,
        int[] sizes,
        IBlobStore? blobs = null,
        bool isWhole = true,
        CancellationTokenSource? limit = null
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            limit?.Token ?? CancellationToken.None,
            TestContext.Current.CancellationToken
        );
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var http = new DefaultHttpContext();
        http.Request.ContentType = "application/json";
        http.Features.Set<IRequestBodyPipeFeature>(new PipeFeature(pipe.Reader));
        var writing = WriteAsync(pipe.Writer, bytes, sizes, isWhole);
        var body = await RequestBody.ReadAsync(
            http.Request,
            new ArrivingContents(blobs ?? new FolderBlobs(_folder), Requests.Now),
            withHash: true,
            NullLogger.Instance,
            stop.Token
        );
        await writing;
        if (body.Refusal is null)
            Assert.Equal(SHA256.HashData(bytes), body.Hash());
        return body;
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] bytes, int[] sizes, bool isWhole)
    {
        for (var (at, i) = (0, 0); at < bytes.Length; i++)
        {
            var size = Math.Min(sizes[i % sizes.Length], bytes.Length - at);
            await writer.WriteAsync(bytes.AsMemory(at, size));
            at += size;
            await Task.Yield();
        }
        if (isWhole)
            await writer.CompleteAsync();
    }

    private async Task<byte[]> StoredAsync(string key)
    {
        await using var stream = await new FolderBlobs(_folder).OpenAsync(key, TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, TestContext.Current.CancellationToken);
        return copy.ToArray();
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories);

    // Keys are new each time.
    private static string Shown(ParsedMail? mail) =>
        mail is null
            ? ""
            : JsonSerializer.Serialize(
                new
                {
                    attachments = mail.Content.Attachments.Select(a => a with { BlobKey = "" }),
                    blobs = mail.Content.Attachments.Select(a => mail.Blobs.Single(b => b.Key == a.BlobKey).Bytes.ToArray()),
                    mail.Content.Headers,
                }
            );

    // Takes a blob and never answers.
    private sealed class HangingBlobs : IBlobStore
    {
        public string? Key { get; private set; }
        public string? Deleted { get; private set; }
        public bool IsStopped { get; private set; }
        public Action OnPut { get; init; } = () => { };

        public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
        {
            Key = key;
            OnPut();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                IsStopped = true;
            }
        }

        public Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken) => Task.FromResult<Stream?>(null);

        public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) => AsyncEnumerable.Empty<string>();

        public Task DeleteAsync(string key, CancellationToken cancellationToken)
        {
            Deleted = key;
            return Task.CompletedTask;
        }
    }

    private sealed record PipeFeature(PipeReader Reader) : IRequestBodyPipeFeature;
}
