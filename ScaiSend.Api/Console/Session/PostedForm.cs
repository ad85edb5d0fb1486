using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Requests;

namespace ScaiSend.Api.Console.Session;

/// <summary>What a page of ours has posted; handlers take it as a parameter, and it has come through the <see cref="FormGuard"/>.</summary>
public sealed class PostedForm(IFormCollection form)
{
    /// <summary>A field without the blanks around it; empty when it is missing.</summary>
    public string Text(string name) => form[name].ToString().Trim();

    /// <summary>A text of several lines as it was written; browsers end them with CR LF.</summary>
    public string Lines(string name) => form[name].ToString().ReplaceLineEndings("\n");

    /// <summary>These fields as a body of the API, so that both are checked by the same rules.</summary>
    /// <param name="boxes">True when ticked.</param>
    public BodyFields AsBody(IEnumerable<string> texts, params string[] boxes)
    {
        var root = new JsonObject();
        foreach (var name in texts)
            root[name] = Lines(name) is var text && text.Contains('\n', StringComparison.Ordinal) ? text : text.Trim();
        foreach (var name in boxes)
            root[name] = IsTicked(name);
        return BodyFields.Of(JsonSerializer.SerializeToElement(root));
    }

    /// <summary>All values of a field that may come several times.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. form[name].OfType<string>()];

    /// <summary>Whether a box is ticked.</summary>
    public bool IsTicked(string name) => form[name].Count > 0;

    /// <summary>How the framework finds the parameter.</summary>
    public static ValueTask<PostedForm?> BindAsync(HttpContext http, ParameterInfo _) =>
        ValueTask.FromResult(http.Features.Get<PostedForm>());
}
