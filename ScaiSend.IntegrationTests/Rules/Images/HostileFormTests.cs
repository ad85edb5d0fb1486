using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ScaiSend.Api.Images;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Images;

/// <summary>Forms that are wrong or made to hurt: each is refused with a clear answer, and nothing of it is kept.</summary>
public sealed class HostileFormTests(ImageDoor door) : IClassFixture<ImageDoor>
{
    private const string Type = "multipart/form-data; boundary=b";

    private static readonly byte[] Png = Pictures.Of("image/png", 8, 8);

    private static readonly Dictionary<string, (string? Type, byte[] Body, int Status, string Says)> Forms = new()
    {
        ["no content type"] = (null, Body(File()), 415, "multipart/form-data"),
        ["another content type"] = ("application/json", "{}"u8.ToArray(), 415, "multipart/form-data"),
        ["another multipart"] = ("multipart/mixed; boundary=b", Body(File()), 415, "multipart/form-data"),
        ["no boundary"] = ("multipart/form-data", Body(File()), 400, "boundary"),
        ["a long boundary"] = ($"multipart/form-data; boundary={new string('b', 71)}", Body(File()), 400, "boundary"),
        ["another boundary"] = ("multipart/form-data; boundary=c", Body(File()), 400, "not valid multipart"),
        ["nothing at all"] = (Type, [], 400, "not valid multipart"),
        ["no part"] = (Type, "--b--\r\n"u8.ToArray(), 422, "\"loc\":[\"body\",\"file\"],\"msg\":\"Field required\",\"type\":\"missing\""),
        ["no file"] = (Type, Body(Text("alt_text", "x")), 422, "\"type\":\"missing\""),
        ["a file of another name"] = (Type, Body(Part("name=\"picture\"; filename=\"a.png\"", Png)), 422, "\"type\":\"missing\""),
        ["two files"] = (Type, Body(File(), File()), 422, "only one file"),
        ["an end in a part"] = (Type, Body(File())[..^10], 400, "not valid multipart"),
        ["an end in a header"] = (Type, "--b\r\nContent-Disp"u8.ToArray(), 400, "not valid multipart"),
        ["a huge header"] = (Type, Body(Part("name=\"file\"", Png, $"X-A: {new string('a', 9000)}\r\n")), 400, "not valid multipart"),
        ["many headers"] = (
            Type,
            Body(Part("name=\"file\"", Png, string.Concat(Enumerable.Range(0, 20).Select(i => $"X-{i}: a\r\n")))),
            400,
            "not valid multipart"
        ),
        ["many parts"] = (Type, Body([.. Enumerable.Repeat(Text("x", "y"), 21), File()]), 400, "at most 20 parts"),
        ["a long alt text"] = (Type, Body(File(), Text("alt_text", new string('a', 1001))), 422, "\"loc\":[\"body\",\"alt_text\"]"),
        ["a very long alt text"] = (Type, Body(File(), Text("alt_text", new string('a', 100_000))), 422, "\"loc\":[\"body\",\"alt_text\"]"),
        ["an alt text that is none"] = (Type, Body(File(), Part("name=\"alt_text\"", [0xC3, 0x28])), 422, "must be UTF-8"),
        ["a long folder"] = (Type, Body(File(), Text("folder", new string('f', 256))), 422, "\"loc\":[\"body\",\"folder\"]"),
        ["a folder of two lines"] = (Type, Body(File(), Text("folder", "a\r\nb")), 422, "control characters"),
        ["a folder after a blank"] = (Type, Body(File(), Text("folder", " a")), 422, "blank"),
        ["a large part beside the file"] = (Type, Body(File(), Part("name=\"x\"", new byte[11 * 1024 * 1024])), 413, "larger than"),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_and_leaves_nothing(string name)
    {
        var (type, body, status, says) = Forms[name];

        var (answered, text) = await PostAsync(new ByteArrayContent(body), type);

        Assert.Equal(((HttpStatusCode)status, true), (answered, text.StartsWith("{\"detail\":", StringComparison.Ordinal)));
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.Empty(door.Product.StoredFiles());
    }

    // Without a length nobody can refuse it before it comes.
    [Fact]
    public async Task A_body_without_end_is_broken_off_at_the_limit()
    {
        var (answered, _) = await PostAsync(new Endless(Body(File())[..^7]), Type);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answered);
        Assert.Empty(door.Product.StoredFiles());
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_fields_is_said_at_once()
    {
        var body = Body(Text("alt_text", new string('a', 1001)), Text("folder", "\u0001"));

        var (_, text) = await PostAsync(new ByteArrayContent(body), Type);

        var wrong = JsonDocument.Parse(text).RootElement.GetProperty("detail").EnumerateArray();
        Assert.Equal(["alt_text", "file", "folder"], wrong.Select(e => e.GetProperty("loc")[1].GetString()).Order());
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(HttpContent content, string? type)
    {
        using (content)
        {
            content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
            using var answer = await door.Product.Http.PostAsync("/v3/images", content, Stop);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
        }
    }

    private static byte[] Body(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(p => p), .. "--b--\r\n"u8];

    private static byte[] File() => Part("name=\"file\"; filename=\"a.png\"", Png);

    private static byte[] Text(string name, string value) => Part($"name=\"{name}\"", Encoding.UTF8.GetBytes(value));

    private static byte[] Part(string disposition, byte[] content, string headers = "") =>
        [.. Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: form-data; {disposition}\r\n{headers}\r\n"), .. content, .. "\r\n"u8];

    private sealed class Endless(byte[] start) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(start, Stop);
            await stream.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n"u8.ToArray(), Stop);
            var zeros = new byte[64 * 1024];
            for (var written = 0; written < 2 * ImageUpload.MaxBodyBytes; written += zeros.Length)
                await stream.WriteAsync(zeros, Stop);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
