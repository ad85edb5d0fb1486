using System.Reflection;
using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Console.Session;

/// <summary>What a page of ours has posted; handlers take it as a parameter, and it has come through the <see cref="FormGuard"/>.</summary>
public sealed class PostedForm(IFormCollection form)
{
    /// <summary>A field without the blanks around it; empty when it is missing.</summary>
    public string Text(string name) => form[name].ToString().Trim();

    /// <summary>All values of a field that may come several times.</summary>
    public IReadOnlyList<string> Texts(string name) => [.. form[name].OfType<string>()];

    /// <summary>Whether a box is ticked.</summary>
    public bool IsTicked(string name) => form[name].Count > 0;

    /// <summary>How the framework finds the parameter.</summary>
    public static ValueTask<PostedForm?> BindAsync(HttpContext http, ParameterInfo _) =>
        ValueTask.FromResult(http.Features.Get<PostedForm>());
}
