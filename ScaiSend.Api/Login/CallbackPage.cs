using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Pages;

namespace ScaiSend.Api.Login;

/// <summary>The page that a login comes back to. Its script finishes the login; what it keeps ends with the window. Without scripts it says so.</summary>
internal static class CallbackPage
{
    private static readonly string Script = Read("callback.js");

    private static readonly string Policy =
        $"default-src 'none'; style-src {HtmlPage.HashOf(LoginPage.Style)}; script-src {HtmlPage.HashOf(Script)}; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static IResult Show(LoginWords words)
    {
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <main><p class="mark">ScaiSend</p>
            <noscript><h1>{Encode(words.Title)}</h1><p>{Encode(words.NoScript)}</p></noscript>
            <section id="out" hidden><p class="notice ok" id="bye" role="status" tabindex="-1">{Encode(words.LoggedOut)}</p></section>
            <section id="start" hidden><h1>{Encode(
                words.Title
            )}</h1><p class="notice" id="trouble" role="alert" tabindex="-1" hidden></p><p class="soft" id="said" lang="en" hidden></p>
            <button class="main" id="begin" type="button">{Encode(words.LogIn)}</button></section>
            <section id="wait" hidden><p role="status">{Encode(words.Finishing)}</p></section>
            <section id="done" hidden><h1 id="welcome" tabindex="-1">{Encode(words.LoggedIn)}</h1>
            <dl><dt>{Encode(words.User)}</dt><dd id="who"></dd><dt>{Encode(words.Tenant)}</dt><dd id="where"></dd><dt>{Encode(
                words.Roles
            )}</dt><dd id="as"></dd></dl>
            <button id="leave" type="button">{Encode(words.LogOut)}</button></section>
            <p hidden id="failed">{Encode(words.Failed)}</p><p hidden id="not-here">{Encode(
                words.NotBegunHere
            )}</p><p hidden id="none">{Encode(words.None)}</p>
            </main><script>{Script}</script>
            """
        );
        var html = HtmlPage.Of(words.Language, $"{words.Title} · ScaiSend", $"<style>{LoginPage.Style}</style>", body);
        return new HtmlPage(StatusCodes.Status200OK, html, words.Language, Policy);
    }

    private static string Encode(string text) => HtmlPage.Encode(text);

    private static string Read(string name)
    {
        using var file =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"ScaiSend.Api.Login.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
