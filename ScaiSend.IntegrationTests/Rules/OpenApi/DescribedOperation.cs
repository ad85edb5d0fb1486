using System.Text.Json.Nodes;

namespace ScaiSend.IntegrationTests.Rules.OpenApi;

/// <summary>One operation of the document.</summary>
/// <param name="PathParameters">Those that stand beside the operations of the path.</param>
public sealed record DescribedOperation(string Path, string Method, JsonObject Json, JsonArray? PathParameters)
{
    public bool IsPublic => Json["x-required-scopes"] is null;

    public string[] Scopes => Texts("x-required-scopes");

    public string[] Dialects => Texts("x-dialects");

    /// <summary>The JSON that the request's body must be like.</summary>
    public JsonNode? BodySchema => Json["requestBody"]?["content"]?["application/json"]?["schema"];

    /// <summary>Whether the body is a form.</summary>
    public bool IsForm => Json["requestBody"]?["content"]?["multipart/form-data"] is not null;

    /// <summary>The examples of the body.</summary>
    public IReadOnlyDictionary<string, JsonNode> Bodies =>
        Json["requestBody"]
            ?["content"]?[IsForm ? "multipart/form-data" : "application/json"]?["examples"]?.AsObject()
            .ToDictionary(it => it.Key, it => it.Value!["value"]!)
        ?? [];

    public override string ToString() => $"{Method} {Path}";

    private string[] Texts(string name) => Json[name]?.AsArray().Select(it => it!.GetValue<string>()).ToArray() ?? [];
}
