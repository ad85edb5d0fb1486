using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Pages;

namespace ScaiSend.Api.Login;

/// <summary>The page that asks for address and password: plain HTML that needs no script, no cookie and no other file.</summary>
/// <param name="callback">Where it sends one who has logged in.</param>
internal sealed class LoginPage(CallbackUrl callback)
{
    /// <summary>What the login page looks like.</summary>
    public const string Style =
        HtmlPage.Look
        + """
            body{min-height:100vh;display:grid;place-items:center;align-content:center}
            main{width:100%;max-width:26rem}
            .mark{margin:0 0 1.5rem;font-weight:700;letter-spacing:.01em;color:var(--do)}
            p{margin:.25rem 0 0;overflow-wrap:anywhere}
            form{margin-top:1.5rem}
            label{display:block;margin-top:1.1rem;font-weight:600}
            input{display:block;width:100%;min-height:2.75rem;margin-top:.35rem;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--page);color:var(--ink);font:inherit}
            input:focus-visible{outline:3px solid var(--do);outline-offset:1px}
            input[aria-invalid=true]{border:2px solid var(--badink)}
            button.main{width:100%;margin-top:1.75rem}
            .notice{margin-top:1.25rem;padding:.85rem 1rem;background:var(--bad);color:var(--badink);border-radius:.5rem;font-weight:600}
            [tabindex="-1"]:focus{outline:none}
            .button{display:block;margin-top:1.75rem;padding:.6rem 1.1rem;border-radius:.5rem;background:var(--do);color:var(--onto);font-weight:600;text-align:center;text-decoration:none}
            .button:hover{text-decoration:underline}
            .button:focus-visible{outline:3px solid var(--do);outline-offset:3px}
            @media(max-width:30rem){body{padding:0;place-items:stretch;align-content:stretch}main{padding:1.5rem 1.25rem;border:0;border-radius:0}}
            """;

    private static readonly string StyleHash = HtmlPage.HashOf(Style);

    // A browser looks also at where a form is redirected to.
    private readonly string _policy =
        $"default-src 'none'; style-src {StyleHash}; form-action 'self' {new Uri(callback.Value).GetLeftPart(UriPartial.Authority)}; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The form.</summary>
    /// <param name="email">What stands in it already.</param>
    /// <param name="trouble">What was wrong with the last one.</param>
    public IResult Show(LoginWords words, string state, string? email, string? trouble = null, int statusCode = StatusCodes.Status200OK)
    {
        var isWrong = trouble is null ? "" : " aria-invalid=\"true\" aria-describedby=\"trouble\"";
        // The notice takes the focus, so that a screen reader begins with it; else what is to be filled in first does.
        var (first, second) =
            trouble is not null ? ("", "")
            : string.IsNullOrEmpty(email) ? (" autofocus", "")
            : ("", " autofocus");
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <h1 id="title">{Encode(words.Title)}</h1><p class="soft">{Encode(words.Intro)}</p>{Notice(trouble)}
            <form method="post" action="login" aria-labelledby="title"><input type="hidden" name="state" value="{Encode(state)}">
            <label for="email">{Encode(words.Email)}</label><input id="email" name="email" type="email" autocomplete="username" maxlength="{LoginForm.MaxEmail}" required value="{Encode(
                email ?? ""
            )}"{isWrong}{first}>
            <label for="password">{Encode(words.Password)}</label><input id="password" name="password" type="password" autocomplete="current-password" maxlength="{Passwords.Longest}" required{isWrong}{second}>
            <button class="main">{Encode(words.LogIn)}</button></form>
            """
        );
        return Page(words, trouble is null ? words.Title : $"{words.Error}: {words.Title}", body, statusCode);
    }

    /// <summary>A page without a form, from which a login is begun.</summary>
    public IResult Begin(LoginWords words, string text, int statusCode) =>
        Page(
            words,
            words.NoLoginTitle,
            $"<h1 id=\"title\">{Encode(words.NoLoginTitle)}</h1><p>{Encode(text)}</p><a class=\"button\" href=\"{Encode(callback.Value)}\">{Encode(words.Begin)}</a>",
            statusCode
        );

    /// <summary>503, or 429.</summary>
    public IResult Later(LoginWords words, string text, int statusCode) =>
        Page(words, words.LaterTitle, $"<h1 id=\"title\">{Encode(words.LaterTitle)}</h1><p>{Encode(text)}</p>", statusCode);

    private HtmlPage Page(LoginWords words, string title, string body, int statusCode) =>
        new(
            statusCode,
            HtmlPage.Of(
                words.Language,
                $"{title} · ScaiSend",
                $"<style>{Style}</style>",
                $"<main aria-labelledby=\"title\"><p class=\"mark\">ScaiSend</p>{body}</main>"
            ),
            words.Language,
            _policy
        );

    private static string Notice(string? trouble) =>
        trouble is null ? "" : $"<p class=\"notice\" id=\"trouble\" role=\"alert\" tabindex=\"-1\" autofocus>{Encode(trouble)}</p>";

    private static string Encode(string text) => HtmlPage.Encode(text);
}
