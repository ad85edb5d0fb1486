using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Images;

/// <summary>Who may do what, and what the public address answers when there is nothing to show.</summary>
public sealed class ImageDoorTests(ImageDoor door) : IClassFixture<ImageDoor>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mail.send", 200, 403, 403, 403)]
    [InlineData("templates.read", 200, 403, 403, 403)]
    [InlineData("templates.write", 403, 201, 200, 403)]
    [InlineData("templates.delete", 403, 403, 403, 204)]
    [InlineData("stats.read", 403, 403, 403, 403)]
    public async Task Each_operation_needs_its_scope(string scope, int read, int upload, int patch, int delete)
    {
        using var caller = await door.Product.ClientWithScopesAsync(scope);
        var png = Pictures.Of("image/png", 8, 8);
        var path = $"/v3/images/{(await door.Product.UploadAsync(png)).GetProperty("id").GetString()}";
        using var form = Uploads.Form(png);

        Assert.Equal(read, (int)(await caller.GetAsync("/v3/images", Stop)).StatusCode);
        Assert.Equal(read, (int)(await caller.GetAsync("/v3/images/folders", Stop)).StatusCode);
        Assert.Equal(read, (int)(await caller.GetAsync(path, Stop)).StatusCode);
        Assert.Equal(upload, (int)(await caller.PostAsync("/v3/images", form, Stop)).StatusCode);
        Assert.Equal(patch, (int)(await caller.PatchAsJsonAsync(path, new { folder = "x" }, Stop)).StatusCode);
        Assert.Equal(delete, (int)(await caller.DeleteAsync(path, Stop)).StatusCode);
    }

    [Theory]
    [InlineData("/v3/images")]
    [InlineData("/v3/images/folders")]
    [InlineData("/v3/images/img_00000000000000000000000000000000")]
    public async Task SendGrid_has_no_images(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await door.Product.Http.GetAsync($"/sendgrid{path}", Stop)).StatusCode);

    [Theory]
    [InlineData("/i/img_00000000000000000000000000000000")]
    [InlineData("/i/00000000000000000000000000000000")]
    [InlineData("/i/img_x")]
    [InlineData("/i/msg_00000000000000000000000000000000")]
    [InlineData("/i/..%2F..%2Fetc%2Fpasswd")]
    public async Task What_never_was_is_not_found(string path)
    {
        using var reader = door.Product.Reader();

        using var answer = await reader.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.False(answer.Headers.Contains("ETag"));
    }

    [Theory]
    [InlineData("?variant=large", 404)]
    [InlineData("?variant=", 404)]
    [InlineData("?other=1", 200)]
    public async Task Only_one_variant_exists(string query, int status)
    {
        using var reader = door.Product.Reader();
        var image = await door.Product.UploadAsync(Pictures.Of("image/png", 8, 8));

        Assert.Equal(status, (int)(await reader.GetAsync(image.GetProperty("url").GetString() + query, Stop)).StatusCode);
    }

    [Fact]
    public async Task An_image_cannot_be_posted_to_its_address()
    {
        using var reader = door.Product.Reader();

        using var answer = await reader.PostAsync("/i/img_00000000000000000000000000000000", null, Stop);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData("page", "0")]
    [InlineData("page", "10001")]
    [InlineData("page", "x")]
    [InlineData("page_size", "0")]
    [InlineData("page_size", "101")]
    public async Task A_wrong_parameter_is_named(string name, string value)
    {
        using var answer = await door.Product.Http.GetAsync($"/v3/images?{name}={value}", Stop);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail")[0];
        Assert.Equal(name, detail.GetProperty("loc")[1].GetString());
    }

    [Theory]
    [InlineData("{\"alt_text\":1}", 422)]
    [InlineData("{\"folder\":\"a\\nb\"}", 422)]
    [InlineData("{\"folder\":[]}", 422)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    [InlineData("{}", 200)]
    public async Task A_wrong_change_is_refused(string body, int status)
    {
        var image = await door.Product.UploadAsync(Pictures.Of("image/png", 8, 8), folder: "kept");
        var path = $"/v3/images/{image.GetProperty("id").GetString()}";

        using var answer = await door.Product.Http.PatchAsync(path, new StringContent(body), Stop);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(image.GetRawText(), await door.Product.Http.GetStringAsync(path, Stop));
    }
}
