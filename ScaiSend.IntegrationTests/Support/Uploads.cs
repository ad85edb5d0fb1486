using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Uploads of pictures, and what they leave in the blob store.</summary>
public static class Uploads
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static MultipartFormDataContent Form(byte[] file, string fileName = "a picture.png", string? alt = null, string? folder = null)
    {
        var form = new MultipartFormDataContent();
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(content, "file", fileName);
        if (alt is not null)
            form.Add(new StringContent(alt), "alt_text");
        if (folder is not null)
            form.Add(new StringContent(folder), "folder");
        return form;
    }

    /// <summary>Uploads with the live key and answers the image as shown.</summary>
    public static async Task<JsonElement> UploadAsync(
        this Product product,
        byte[] file,
        string fileName = "a picture.png",
        string? alt = null,
        string? folder = null
    )
    {
        using var form = Form(file, fileName, alt, folder);
        using var answer = await product.Http.PostAsync("/v3/images", form, Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, body);
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>Everything in the product's blob folder.</summary>
    public static string[] StoredFiles(this Product product)
    {
        var folder = product.BlobFolder();
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
    }

    public static string BlobFolder(this Product product) => product.Services.GetRequiredService<IOptions<BlobOptions>>().Value.Folder;

    /// <summary>A caller without a credential, as readers of mails are.</summary>
    public static HttpClient Reader(this Product product) => new() { BaseAddress = product.Http.BaseAddress };
}
