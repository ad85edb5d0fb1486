using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ScaiSend.IntegrationTests.Support;
using SkiaSharp;

namespace ScaiSend.IntegrationTests.Journeys;

public sealed class Images
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task A_picture_of_each_kind_is_uploaded_shown_described_anew_and_deleted(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        using var reader = product.Reader();
        foreach (var type in Pictures.Types)
        {
            var bytes = Pictures.Of(type);
            var image = await product.UploadAsync(bytes, "C:\\Pictures\\Größe 100%.old.xyz", "What it shows", "letters/2026");

            Assert.Equal(type, image.GetProperty("content_type").GetString());
            Assert.Equal($"Gr-e-100-old{Pictures.Extension(type)}", image.GetProperty("filename").GetString());
            Assert.Equal("Größe 100%.old.xyz", image.GetProperty("original_filename").GetString());
            Assert.Equal(bytes.Length, image.GetProperty("size").GetInt32());
            Assert.Equal((300, 150), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
            Assert.Equal("What it shows", image.GetProperty("alt_text").GetString());
            Assert.Equal("letters/2026", image.GetProperty("folder").GetString());
            Assert.Equal(product.Clock.GetUtcNow(), image.GetProperty("created_at").GetDateTimeOffset());
            var id = image.GetProperty("id").GetString();
            Assert.Matches("^img_[0-9a-f]{32}$", id);
            var again = await product.Http.GetFromJsonAsync<JsonElement>($"/v3/images/{id}", Stop);
            Assert.Equal(image.GetRawText(), again.GetRawText());

            await ItIsShownAsync(reader, image, bytes);
            await ItsThumbnailIsShownAsync(reader, image, bytes);
            await ItIsDescribedAnewAsync(product, id!);
            await ItIsDeletedAsync(product, reader, image);
        }
        Assert.Empty(product.StoredFiles());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Images_are_found_by_folder_and_words_and_page_by_page(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        var png = Pictures.Of("image/png", 8, 8);
        var ids = new List<string>();
        foreach (
            var (name, alt, folder) in new[] { ("logo.png", "Our LOGO", "brand"), ("50%.png", null, "sale"), ("x_y!.png", "five", null) }
        )
        {
            ids.Insert(0, (await product.UploadAsync(png, name, alt, folder)).GetProperty("id").GetString()!);
            product.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ids, await FindAsync(product, ""));
        Assert.Equal([ids[2]], await FindAsync(product, "?folder=brand"));
        Assert.Equal([ids[2]], await FindAsync(product, "?search=our+logo"));
        Assert.Equal([ids[2]], await FindAsync(product, "?search=GO.PN"));
        Assert.Equal([ids[1]], await FindAsync(product, "?search=%25"));
        Assert.Equal([ids[0]], await FindAsync(product, "?search=x_y!"));
        Assert.Empty(await FindAsync(product, "?search=o_o"));
        Assert.Empty(await FindAsync(product, "?folder=brand&search=five"));
        Assert.Equal([ids[2]], await FindAsync(product, "?page=2&page_size=2", total: 3));
        Assert.Empty(await FindAsync(product, "?page=3&page_size=2", total: 3));
        var folders = await product.Http.GetFromJsonAsync<JsonElement>("/v3/images/folders", Stop);
        Assert.Equal("""{"folders":["brand","sale"]}""", folders.GetRawText());
    }

    [Theory, MemberData(nameof(Stacks.All), MemberType = typeof(Stacks))]
    public async Task Another_tenant_neither_sees_nor_changes_an_image(Stack stack)
    {
        await using var product = await Product.StartAsync(stack, roles: Cli.Roles.Role.Serve);
        using var other = await product.ClientOfAnotherTenantAsync();
        product.Clock.Advance(TimeSpan.FromTicks(1));
        var image = await product.UploadAsync(Pictures.Of("image/png", 8, 8), folder: "mine");
        var path = $"/v3/images/{image.GetProperty("id").GetString()}";

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PatchAsJsonAsync(path, new { folder = "theirs" }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync(path, Stop)).StatusCode);
        Assert.Equal(0, (await other.GetFromJsonAsync<JsonElement>("/v3/images", Stop)).GetProperty("total").GetInt32());
        Assert.Equal("""{"folders":[]}""", await other.GetStringAsync("/v3/images/folders", Stop));
        Assert.Equal(image.GetRawText(), (await product.Http.GetFromJsonAsync<JsonElement>(path, Stop)).GetRawText());
    }

    private static async Task ItIsShownAsync(HttpClient reader, JsonElement image, byte[] bytes)
    {
        var url = image.GetProperty("url").GetString();
        using var got = await reader.GetAsync(url, Stop);
        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        Assert.Equal(bytes, await got.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(image.GetProperty("content_type").GetString(), got.Content.Headers.ContentType!.ToString());
        Assert.Equal(bytes.Length, got.Content.Headers.ContentLength);
        Assert.Equal("public, max-age=31536000, immutable", got.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("nosniff", got.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'none'", got.Headers.GetValues("Content-Security-Policy").Single());
        Assert.False(got.Headers.Contains("Set-Cookie"));
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"", got.Headers.ETag!.Tag);
        await HeadAndNotModifiedAsync(reader, url!, got);
    }

    private static async Task ItsThumbnailIsShownAsync(HttpClient reader, JsonElement image, byte[] bytes)
    {
        var url = image.GetProperty("thumbnail_url").GetString();
        using var got = await reader.GetAsync(url, Stop);
        var small = await got.Content.ReadAsByteArrayAsync(Stop);
        Assert.True(small.Length < bytes.Length, $"{small.Length} bytes of {bytes.Length}");
        Assert.Contains(got.Content.Headers.ContentType!.ToString(), (string[])["image/jpeg", "image/png"]);
        using var decoded = SKBitmap.Decode(small);
        Assert.Equal((200, 100), (decoded.Width, decoded.Height));
        await HeadAndNotModifiedAsync(reader, url!, got);
    }

    private static async Task HeadAndNotModifiedAsync(HttpClient reader, string url, HttpResponseMessage got)
    {
        using var head = await reader.SendAsync(new HttpRequestMessage(HttpMethod.Head, url), Stop);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(Without(got.Headers, "Date"), Without(head.Headers, "Date"));
        Assert.Equal(got.Content.Headers.ToString(), head.Content.Headers.ToString());

        foreach (var known in (string[])[got.Headers.ETag!.Tag, $"W/{got.Headers.ETag.Tag}", $"\"other\", {got.Headers.ETag.Tag}", "*"])
            Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(reader, url, known));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(reader, url, "\"other\""));
    }

    private static async Task ItIsDescribedAnewAsync(Product product, string id)
    {
        product.Clock.Advance(TimeSpan.FromMinutes(1));
        using var moved = await product.Http.PatchAsJsonAsync($"/v3/images/{id}", new { folder = "archive" }, Stop);
        var image = await moved.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal("archive", image.GetProperty("folder").GetString());
        Assert.Equal("What it shows", image.GetProperty("alt_text").GetString());
        Assert.Equal(product.Clock.GetUtcNow(), image.GetProperty("updated_at").GetDateTimeOffset());

        using var cleared = await product.Http.PatchAsJsonAsync($"/v3/images/{id}", new { folder = (string?)null, alt_text = "" }, Stop);
        image = await product.Http.GetFromJsonAsync<JsonElement>($"/v3/images/{id}", Stop);
        Assert.Equal(JsonValueKind.Null, image.GetProperty("folder").ValueKind);
        Assert.Equal(JsonValueKind.Null, image.GetProperty("alt_text").ValueKind);
    }

    private static async Task ItIsDeletedAsync(Product product, HttpClient reader, JsonElement image)
    {
        var path = $"/v3/images/{image.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.NoContent, (await product.Http.DeleteAsync(path, Stop)).StatusCode);

        foreach (var url in (string[])["url", "thumbnail_url"])
            Assert.Equal(HttpStatusCode.Gone, await StatusAsync(reader, image.GetProperty(url).GetString()!, "*"));
        Assert.Equal(HttpStatusCode.NotFound, (await product.Http.GetAsync(path, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await product.Http.PatchAsJsonAsync(path, new { folder = "x" }, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await product.Http.DeleteAsync(path, Stop)).StatusCode);
        Assert.Empty(await FindAsync(product, ""));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient reader, string url, string ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("If-None-Match", ifNoneMatch);
        using var answer = await reader.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    private static async Task<IReadOnlyList<string>> FindAsync(Product product, string query, int? total = null)
    {
        var list = await product.Http.GetFromJsonAsync<JsonElement>($"/v3/images{query}", Stop);
        var ids = list.GetProperty("result").EnumerateArray().Select(i => i.GetProperty("id").GetString()!).ToList();
        Assert.Equal(total ?? ids.Count, list.GetProperty("total").GetInt32());
        return ids;
    }

    private static IEnumerable<string> Without(HttpResponseHeaders headers, string name) =>
        headers.Where(h => h.Key != name).Select(h => $"{h.Key}: {string.Join(',', h.Value)}");
}
