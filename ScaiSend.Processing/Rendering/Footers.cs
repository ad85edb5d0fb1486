using ScaiSend.Contracts.Messages;

namespace ScaiSend.Processing.Rendering;

/// <summary>Adds a request's footer to its bodies: text below the text, HTML as the last thing in the body element.</summary>
public static class Footers
{
    /// <summary>The body with the footer of its type; unchanged when there is none.</summary>
    public static string Add(string type, string body, Footer? footer) =>
        type switch
        {
            "text/plain" when footer?.Text is { Length: > 0 } text => $"{body}{(body.EndsWith('\n') ? "" : "\n")}{text}",
            "text/html" when footer?.Html is { Length: > 0 } html => body.Insert(EndOfBody(body), html),
            _ => body,
        };

    private static int EndOfBody(string html)
    {
        var end = html.LastIndexOf("</body", StringComparison.OrdinalIgnoreCase);
        if (end < 0)
            end = html.LastIndexOf("</html", StringComparison.OrdinalIgnoreCase);
        return end < 0 ? html.Length : end;
    }
}
