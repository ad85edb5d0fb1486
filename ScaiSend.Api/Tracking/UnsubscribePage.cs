using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Pages;

namespace ScaiSend.Api.Tracking;

/// <summary>What has just happened, and to which group.</summary>
internal sealed record PageNotice(string Text, string About = "");

/// <summary>The page that a recipient sees behind an unsubscribe link: plain HTML that needs no script, no picture and no other file.</summary>
internal static class UnsubscribePage
{
    private const string Style =
        HtmlPage.Look
        + """
            h2{margin:0 0 .75rem;font-size:1.15rem}
            h3{margin:0;font-size:1rem}
            p{margin:.25rem 0 0}
            section{margin-top:2rem;padding-top:1.5rem;border-top:1px solid var(--line)}
            ul{margin:0;padding:0;list-style:none}
            li{padding:1rem 0}
            li+li{border-top:1px solid var(--line)}
            h1,h3,p{overflow-wrap:anywhere}
            .notice{margin-top:1.25rem;padding:.85rem 1rem;background:var(--ok);color:var(--okink);border-radius:.5rem;font-weight:600}
            .notice:focus{outline:none}
            .landing{contain:content;max-width:38rem;margin:0 auto 1.5rem;overflow:hidden;overflow-wrap:anywhere}
            .landing img{max-width:100%;height:auto}
            section form{margin-top:1rem}
            @media(max-width:30rem){body{padding:0}main{min-height:100vh;padding:1.5rem 1.25rem;border:0;border-radius:0}.landing{margin-bottom:0;padding:1.25rem}button{width:100%}}
            """;

    private static readonly string StyleHash = HtmlPage.HashOf(Style);

    /// <summary>The recipient's choices, and what has just happened.</summary>
    public static IResult Show(PageWords words, string recipient, Subscriptions subscriptions, PageNotice? done)
    {
        var body = new StringBuilder();
        var about = string.Format(
            CultureInfo.InvariantCulture,
            Encode(words.About),
            $"<strong>{Encode(Masked(recipient))}</strong>",
            Named(subscriptions.Sender)
        );
        body.Append(CultureInfo.InvariantCulture, $"<h1 id=\"title\">{Encode(words.Title)}</h1><p class=\"soft\">{about}</p>");
        if (done is not null)
            body.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"notice\" role=\"status\" tabindex=\"-1\" autofocus>{Sentence(done.Text, done.About)}</p>"
            );
        if (!subscriptions.IsOffEverything)
            AddGroups(body, words, subscriptions.Groups);
        AddAll(body, words, subscriptions.IsOffEverything, isOnlyChoice: subscriptions.Groups.Count == 0);
        return Page(words, words.Title, body.ToString(), subscriptions.Landing);
    }

    /// <summary>404.</summary>
    public static IResult BadLink(PageWords words) => Message(words, words.BadLinkTitle, words.BadLink, StatusCodes.Status404NotFound);

    /// <summary>400.</summary>
    public static IResult BadForm(PageWords words) => Message(words, words.BadFormTitle, words.BadForm, StatusCodes.Status400BadRequest);

    /// <summary>503.</summary>
    public static IResult Later(PageWords words) => Message(words, words.LaterTitle, words.Later, StatusCodes.Status503ServiceUnavailable);

    /// <summary>Enough to know one's own address by: the page opens for everybody who has the link, and mail is forwarded.</summary>
    public static string Masked(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0)
            return "•••";
        var first = char.IsHighSurrogate(address[0]) && at > 1 ? address[..2] : address[..1];
        return $"{first}•••{address[at..]}";
    }

    private static void AddGroups(StringBuilder body, PageWords words, IReadOnlyList<GroupChoice> groups)
    {
        if (groups.Count == 0)
            return;
        body.Append(CultureInfo.InvariantCulture, $"<section aria-labelledby=\"groups\"><h2 id=\"groups\">{Encode(words.Groups)}</h2><ul>");
        foreach (var group in groups)
        {
            body.Append(CultureInfo.InvariantCulture, $"<li><h3>{Named(group.Name)}</h3>");
            if (group.Description.Length > 0)
                body.Append(CultureInfo.InvariantCulture, $"<p>{Named(group.Description)}</p>");
            body.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"soft\">{Encode(group.IsOff ? words.Unsubscribed : words.Subscribed)}</p>"
            );
            var (action, label, kind) = group.IsOff
                ? ("resubscribe_group", words.JoinGroup, "")
                : ("unsubscribe_group", words.LeaveGroup, " class=\"main\"");
            body.Append(
                CultureInfo.InvariantCulture,
                $"<form method=\"post\"><input type=\"hidden\" name=\"action\" value=\"{action}\"><input type=\"hidden\" name=\"group_id\" value=\"{group.Id}\">"
            );
            body.Append(CultureInfo.InvariantCulture, $"<button{kind}>{Sentence(label, group.Name)}</button></form></li>");
        }
        body.Append("</ul></section>");
    }

    private static void AddAll(StringBuilder body, PageWords words, bool isOff, bool isOnlyChoice)
    {
        body.Append(CultureInfo.InvariantCulture, $"<section aria-labelledby=\"all\"><h2 id=\"all\">{Encode(words.All)}</h2>");
        if (isOff)
            body.Append(CultureInfo.InvariantCulture, $"<p>{Encode(words.IsOffAll)}</p><p class=\"soft\">{Encode(words.BackMeans)}</p>");
        else
            body.Append(
                CultureInfo.InvariantCulture,
                $"<p>{Encode(words.AllMeans)}</p><form method=\"post\"><input type=\"hidden\" name=\"action\" value=\"unsubscribe_all\"><button{(isOnlyChoice ? " class=\"main\"" : "")}>{Encode(words.LeaveAll)}</button></form>"
            );
        body.Append("</section>");
    }

    private static HtmlPage Message(PageWords words, string title, string text, int statusCode) =>
        Page(words, title, $"<h1 id=\"title\">{Encode(title)}</h1><p>{Encode(text)}</p>", landing: null, statusCode);

    private static HtmlPage Page(PageWords words, string title, string body, string? landing, int statusCode = StatusCodes.Status200OK)
    {
        var own = landing is null ? "" : $"<div class=\"landing\">{LandingHtml.Clean(landing)}</div>";
        var page = HtmlPage.Of(words.Language, title, $"<style>{Style}</style>", $"{own}<main aria-labelledby=\"title\">{body}</main>");
        return new HtmlPage(statusCode, page, words.Language, Policy(hasOwn: landing is not null));
    }

    // A tenant's HTML may style its own elements and show pictures; ours needs neither. Nothing may run, and forms come back here.
    private static string Policy(bool hasOwn) =>
        "default-src 'none'; "
        + (
            hasOwn
                ? $"style-src {StyleHash}; style-src-elem {StyleHash}; style-src-attr 'unsafe-inline'; img-src https: data:; "
                : $"style-src {StyleHash}; "
        )
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static string Sentence(string text, string about) => string.Format(CultureInfo.InvariantCulture, Encode(text), Named(about));

    // Names may be written from right to left, in a sentence that is not.
    private static string Named(string name) => $"<bdi>{Encode(name)}</bdi>";

    private static string Encode(string text) => HtmlPage.Encode(text);
}
