using System.Text.Json;
using ScaiSend.Processing.Erasure;

namespace ScaiSend.IntegrationTests.Rules.Erasure;

/// <summary>Which forms of an address a person is found by, and which are somebody else.</summary>
public sealed class RedactionTests
{
    private static readonly Redaction Redaction = new(["ada+x@example.org", "o'hara@bücher.example", "da@example.org"]);

    [Theory]
    [InlineData("ada+x@example.org", "§")]
    [InlineData("To ADA+X@Example.ORG.", "To §.")]
    [InlineData("<ada+x@example.org>", "<§>")]
    [InlineData("ada&#43;x&#64;example.org", "§")]
    [InlineData("ada&plus;x&commat;example&period;org!", "§!")]
    [InlineData("&#x61;da+x&#X40;example.org", "§")]
    [InlineData("o&#39;hara@b&uuml;cher.example", "§")]
    [InlineData("O'Hara@xn--bcher-kva.example", "§")]
    [InlineData("o&apos;hara@bücher.example and o'hara@bücher.example", "§ and §")]
    [InlineData("https://x.example/?to=ada%2Bx%40example.org&a=1", "https://x.example/?to=§&a=1")]
    [InlineData("mailto%3Aada%2bx%40example.org", "mailto%3A§")]
    [InlineData("""{"to":"ada\u002bx\u0040example.org"}""", """{"to":"§"}""")]
    [InlineData("""{"text":"Hi\nada+x@example.org\n"}""", """{"text":"Hi\n§\n"}""")]
    [InlineData("da@example.org", "§")]
    [InlineData("ada@example.org, lda@example.org", "ada@example.org, lda@example.org")]
    [InlineData("b-da@example.org b.da@example.org", "b-da@example.org b.da@example.org")]
    [InlineData("da@example.org.uk da@example.orga", "da@example.org.uk da@example.orga")]
    [InlineData("da@ example.org @ & % \\ &#64; %40", "da@ example.org @ & % \\ &#64; %40")]
    [InlineData("da@example.org@", "§@")]
    public void An_address_is_found_in_every_form_and_no_other_address_is(string text, string clean)
    {
        Assert.Equal(clean.Replace("§", "erased@erased.invalid", StringComparison.Ordinal), Redaction.Text(text));
        Assert.Equal(text != Redaction.Text(text), Redaction.Finds(text));
        Assert.False(Redaction.Finds(Redaction.Text(text)));
    }

    [Fact]
    public void Texts_with_line_breaks_names_and_lists_inside_a_value_are_searched()
    {
        var value = new Dictionary<string, object> { ["da@example.org"] = new[] { "Hello\nada+x@example.org" }, ["n"] = 1 };
        Assert.True(Redaction.FindsInValue(value));
        Assert.Equal(
            """{"erased@erased.invalid":["Hello\nerased@erased.invalid"],"n":1}""",
            Redaction.Json(JsonSerializer.Serialize(value))
        );
        Assert.False(Redaction.FindsInJson("""{"a":"lda@example.org"}"""));
    }

    [Fact]
    public void A_text_comes_back_as_it_was_around_what_is_taken_out()
    {
        var random = new Random(7);
        string[] pieces = ["da@example.org", "&amp;", "%20", "é", "&nbsp;", "\\n", " ", "@", "<b>", "&#64;", "%40", "x", "\uD83D\uDE00"];
        for (var i = 0; i < 2000; i++)
        {
            var (left, right) = (Text(), Text());
            var clean = Redaction.Text(left + " da@example.org " + right);
            Assert.Equal(Redaction.Text(left) + " erased@erased.invalid " + Redaction.Text(right), clean);
            Assert.False(Redaction.Finds(clean));
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
