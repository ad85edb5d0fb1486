using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>Calls of the template endpoints.</summary>
public static class Templates
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A call, its status and its JSON; JSON null when there is no body.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Json)> CallAsync(
        this HttpClient http,
        HttpMethod method,
        string path,
        object? body = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    /// <summary>A call that must end with this status.</summary>
    public static async Task<JsonElement> CallAsync(
        this HttpClient http,
        HttpMethod method,
        string path,
        HttpStatusCode status,
        object? body = null
    )
    {
        var answer = await http.CallAsync(method, path, body);
        Assert.True(answer.Status == status, $"{method} {path} answers {answer.Status}: {answer.Json}");
        return answer.Json;
    }

    /// <summary>A template with an active version; answers both ids.</summary>
    public static async Task<(string Id, string VersionId)> TemplateAsync(
        this Product product,
        object version,
        string generation = "dynamic"
    )
    {
        var name = $"A template {Path.GetRandomFileName()}";
        var template = await product.Http.CallAsync(HttpMethod.Post, "/v3/templates", HttpStatusCode.Created, new { name, generation });
        var id = template.Text("id");
        var fields = JsonSerializer.SerializeToNode(version)!.AsObject();
        fields["name"] ??= "A version";
        fields["active"] ??= 1;
        var created = await product.Http.CallAsync(HttpMethod.Post, $"/v3/templates/{id}/versions", HttpStatusCode.Created, fields);
        return (id, created.Text("id"));
    }

    /// <summary>A text member.</summary>
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    /// <summary>A number member.</summary>
    public static int Number(this JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
