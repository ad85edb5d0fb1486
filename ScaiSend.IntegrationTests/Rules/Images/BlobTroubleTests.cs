using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ScaiSend.Cli.Roles;
using ScaiSend.IntegrationTests.Support;

namespace ScaiSend.IntegrationTests.Rules.Images;

/// <summary>A blob store in trouble is told honestly, and no image is there by half.</summary>
public sealed class BlobTroubleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("images")]
    [InlineData("thumbnails")]
    public async Task An_upload_that_cannot_be_stored_is_answered_503_and_leaves_nothing(string unwritable)
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        Directory.CreateDirectory(product.BlobFolder());
        var obstacle = Path.Combine(product.BlobFolder(), unwritable);
        await File.WriteAllTextAsync(obstacle, "", Stop);

        using var form = Uploads.Form(Pictures.Of("image/png", 8, 8));
        using var answer = await product.Http.PostAsync("/v3/images", form, Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal([obstacle], product.StoredFiles());
        Assert.Equal(0, (await product.Http.GetFromJsonAsync<JsonElement>("/v3/images", Stop)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_lost_blob_is_not_found_and_a_lost_store_is_unavailable()
    {
        await using var product = await Product.StartAsync(Stack.Embedded, roles: Role.Serve);
        using var reader = product.Reader();
        var url = (await product.UploadAsync(Pictures.Of("image/png", 8, 8))).GetProperty("url").GetString();

        File.Delete(product.StoredFiles().Single(f => f.Contains("/images/", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync(url, Stop)).StatusCode);

        Directory.Delete(product.BlobFolder(), recursive: true);
        using var lost = await reader.GetAsync(url, Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        Assert.False(lost.Headers.CacheControl?.Public is true);
    }

    [Theory]
    [InlineData("https://mail.example.com", "https://mail.example.com/i/img_")]
    [InlineData("https://example.com/mail/", "https://example.com/mail/i/img_")]
    public async Task Its_address_begins_as_the_operator_says(string setting, string begins)
    {
        await using var product = await Product.StartAsync(
            Stack.Embedded,
            settings: new Dictionary<string, string?> { ["Http:PublicUrl"] = setting },
            roles: Role.Serve
        );

        var image = await product.UploadAsync(Pictures.Of("image/png", 8, 8));

        Assert.StartsWith(begins, image.GetProperty("url").GetString(), StringComparison.Ordinal);
    }
}
