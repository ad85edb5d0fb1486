using Microsoft.AspNetCore.Http;
using ScaiSend.Platform;

namespace ScaiSend.Api.Console.Layout;

/// <summary>Where the console's pages are. A proxy in front may have put a path before them, which <c>Http:PublicUrl</c> names.</summary>
public sealed class ConsolePaths(PublicUrl url)
{
    /// <summary>What the links of a page are relative to.</summary>
    public string Base { get; } = new Uri(url.Of("/console/")).AbsolutePath;

    /// <summary>Whether browsers come with TLS.</summary>
    public bool IsSecure { get; } = new Uri(url.Of("/console/")).Scheme == Uri.UriSchemeHttps;

    /// <summary>The path of a page from what comes after <c>/console/</c>.</summary>
    public string Of(string page) => Base + page;

    /// <summary>What comes after <c>/console/</c> in a request; with its query.</summary>
    public static string PageOf(HttpRequest request) =>
        $"{request.Path.Value?["/console".Length..].TrimStart('/')}{request.QueryString.Value}";

    /// <summary>What somebody else has written, if it is a page of ours and nothing that leads elsewhere; else the first page.</summary>
    public static string Checked(string? page) =>
        page is { Length: > 0 and <= MaxPage }
        && !page.Contains("//", StringComparison.Ordinal)
        && !page.Contains(':', StringComparison.Ordinal)
        && !page.Contains("..", StringComparison.Ordinal)
        && page[0] is not '/'
        && !page.Any(sign => char.IsControl(sign) || sign is '\\' or > '~')
            ? page
            : "";

    private const int MaxPage = 1000;
}
