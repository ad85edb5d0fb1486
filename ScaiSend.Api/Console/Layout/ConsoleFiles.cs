using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScaiSend.Api.Pages;

namespace ScaiSend.Api.Console.Layout;

/// <summary>The console's style and script. Their names carry a hash of what they say, so browsers keep them for good and never have an old one.</summary>
public static class ConsoleFiles
{
    private static readonly byte[] StyleText = Encoding.UTF8.GetBytes(HtmlPage.Colours + Read("console.css"));
    private static readonly byte[] ScriptText = Encoding.UTF8.GetBytes(Read("console.js"));

    /// <summary>Below <c>/console/</c>.</summary>
    public static string Style { get; } = $"assets/{HashOf(StyleText)}.css";

    /// <summary>Below <c>/console/</c>.</summary>
    public static string Script { get; } = $"assets/{HashOf(ScriptText)}.js";

    public static void MapConsoleFiles(this IEndpointRouteBuilder routes) =>
        routes.MapGet(
            "/console/assets/{name}",
            (HttpContext http, string name) =>
                $"assets/{name}" == Style ? Show(http, StyleText, "text/css; charset=utf-8")
                : $"assets/{name}" == Script ? Show(http, ScriptText, "text/javascript; charset=utf-8")
                : Trouble.NotFound("file")
        );

    private static IResult Show(HttpContext http, byte[] text, string type)
    {
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(text, type);
    }

    private static string HashOf(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text))[..16];

    private static string Read(string name)
    {
        using var file =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"ScaiSend.Api.Console.Assets.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
