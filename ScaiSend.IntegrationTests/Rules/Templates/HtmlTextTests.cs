using ScaiSend.Platform.Templates;

namespace ScaiSend.IntegrationTests.Rules.Templates;

/// <summary>The text made of an HTML body.</summary>
public sealed class HtmlTextTests
{
    public static TheoryData<string, string> Cases =>
        new()
        {
            { "", "" },
            { "plain", "plain\n" },
            { "<p>One</p><p>Two</p>", "One\n\nTwo\n" },
            { "<div>One</div><div>Two</div>", "One\nTwo\n" },
            { "a<br>b<br/>c", "a\nb\nc\n" },
            { "  a \n\t b  ", "a b\n" },
            { "<p>a <b>bold</b>, <i>i</i>.</p>", "a bold, i.\n" },
            { "&lt;b&gt; &amp; &nbsp;&copy; &#x27;", "<b> & © '\n" },
            { "<html><head><title>T</title><style>p{}</style></head><body>x<script>var a = '<p>';</script>y</body></html>", "xy\n" },
            { "<a href=\"https://a.example/x\">here</a>", "here (https://a.example/x)\n" },
            { "<a href=\"https://a.example/\">https://a.example/</a>", "https://a.example/\n" },
            { "<a href=\"https://a.example/\">a.example</a>", "a.example\n" },
            { "<a href=\"mailto:a@b.example\">a@b.example</a>", "a@b.example\n" },
            { "<a href=\"#top\">top</a> <a name=x>y</a>", "top y\n" },
            { "<a href=\"https://a.example/\"><img src=x alt=\"Logo\"></a>", "Logo (https://a.example/)\n" },
            { "<a href=\"https://a.example/\"><img src=x></a>", "https://a.example/\n" },
            { "<ul><li>One</li><li>Two</li></ul>after", "* One\n* Two\n\nafter\n" },
            { "x<ol><li>One<li><p>Two</p></ol>", "x\n\n1. One\n2. Two\n" },
            { "<ul><li>A<ul><li>B</li></ul></li><li>C</li></ul>", "* A\n  * B\n* C\n" },
            { "<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>", "a b\nc d\n" },
            { "<h1>Head</h1>text", "Head\n\ntext\n" },
            { "a<hr>b", "a\n---\nb\n" },
            { "<pre>a\n  b</pre>", "a\n  b\n" },
            { "<div style=\"display: none\">hidden<div>too</div></div>seen", "seen\n" },
            { "<div hidden>x<br></div>y", "y\n" },
            { "<!-- c -->a<!DOCTYPE html>", "a\n" },
            { "<p>unclosed <b>tags", "unclosed tags\n" },
            { "</p></a></ul></li>x", "x\n" },
            { "a<br><br><br><br>b", "a\n\nb\n" },
            { "<%body%> and {{name}}", "<%body%> and {{name}}\n" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reader_gets_what_the_html_says(string html, string text) => Assert.Equal(text, HtmlText.Of(html));

    [Fact]
    public void Half_a_megabyte_of_tags_takes_a_moment()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        HtmlText.Of(string.Concat(Enumerable.Repeat("<a href='https://x.example'><ul><li>", 15_000)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}");
    }
}
