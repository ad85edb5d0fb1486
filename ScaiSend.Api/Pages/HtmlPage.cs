using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.Pages;

/// <summary>A page for people: plain HTML in their language that nobody keeps, frames, or adds anything to.</summary>
/// <param name="Policy">The <c>Content-Security-Policy</c>.</param>
internal sealed record HtmlPage(int StatusCode, string Html, string Language, string Policy) : IResult
{
    // Letters of all scripts stay letters; what HTML reads as markup does not.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The colours, light and dark.</summary>
    public const string Colours = """
        :root{color-scheme:light dark;--ink:#1c2430;--soft:#4d5968;--page:#f3f5f8;--card:#fff;--line:#d5dbe3;--do:#1553b5;--onto:#fff;--ok:#e3f3e8;--okink:#14532d;--bad:#fdecea;--badink:#8c1d18}
        @media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#aab4c2;--page:#11151b;--card:#1b212a;--line:#36404d;--do:#8db8ff;--onto:#0c1a30;--ok:#173424;--okink:#b9f0cc;--bad:#3d1a18;--badink:#ffc9c4}}

        """;

    /// <summary>The colours and what all small pages have; none needs another file.</summary>
    public const string Look =
        Colours
        + """
            *{box-sizing:border-box}
            body{margin:0;padding:2rem 1rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
            main{max-width:38rem;margin:0 auto;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
            h1{margin:0 0 .5rem;font-size:1.6rem;line-height:1.25}
            .soft{color:var(--soft)}
            button{min-height:2.75rem;padding:.55rem 1.1rem;max-width:100%;overflow-wrap:anywhere;border:2px solid var(--do);border-radius:.5rem;background:transparent;color:var(--do);font:inherit;font-weight:600;cursor:pointer}
            button.main{background:var(--do);color:var(--onto)}
            button:hover{text-decoration:underline}
            button:focus-visible{outline:3px solid var(--do);outline-offset:3px}

            """;

    /// <summary>A whole page around its body.</summary>
    /// <param name="head">Goes into the head behind the title.</param>
    public static string Of(string language, string title, string head, string body) =>
        $"""
            <!doctype html>
            <html lang="{language}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex,nofollow"><title>{Encode(
                title
            )}</title>{head}</head>
            <body>{body}</body>
            </html>
            """;

    public static string Encode(string text) => Encoder.Encode(text).Replace("&#x27;", "&#39;", StringComparison.Ordinal);

    /// <summary>How a policy names a style or a script of the page itself.</summary>
    public static string HashOf(string inline) =>
        string.Create(CultureInfo.InvariantCulture, $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}'");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, headers) = (httpContext.Response, httpContext.Response.Headers);
        response.StatusCode = StatusCode;
        response.ContentType = "text/html; charset=utf-8";
        headers.ContentLanguage = Language;
        headers.Vary = "Accept-Language";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        return response.WriteAsync(Html, httpContext.RequestAborted);
    }
}
