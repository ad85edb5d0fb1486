using System.Text.Json;
using ScaiSend.Contracts;
using ScaiSend.Platform.Templates;

namespace ScaiSend.IntegrationTests.Rules.Templates;

/// <summary>The parts of a version together, legacy ones too, and the memory of compiled versions.</summary>
public sealed class VersionTests
{
    private static readonly TemplateData Ann = TemplateData.Of(JsonSerializer.SerializeToElement(new { name = "Ann & Bob" }));

    [Fact]
    public void All_parts_are_rendered_and_the_text_is_made_of_the_html()
    {
        var parts = Render(
            new TemplateSource(true, "For {{{name}}}", "Hi {{name}}", "<body class=\"a>b\"><p>Dear {{name}} {{nick}}</p></body>", "", true)
        );

        Assert.Equal(("For Ann & Bob", "Hi Ann &amp; Bob"), (parts.Subject, parts.Preheader));
        Assert.StartsWith("<body class=\"a>b\"><div style=\"display:none;", parts.Html, StringComparison.Ordinal);
        Assert.EndsWith("Hi Ann &amp; Bob</div><p>Dear Ann &amp; Bob </p></body>", parts.Html, StringComparison.Ordinal);
        Assert.Equal("Dear Ann & Bob\n", parts.Plain);
        Assert.Equal(["nick"], parts.Missing);
    }

    [Fact]
    public void A_text_of_ones_own_is_used_as_it_is() =>
        Assert.Equal("Dear Ann &amp; Bob", Render(new TemplateSource(true, "s", "", "<p>x</p>", "Dear {{name}}", false)).Plain);

    [Fact]
    public void A_template_without_a_subject_takes_the_requests() =>
        Assert.Equal("Given", Render(new TemplateSource(true, "", "", "x", "", true), new TemplateInput(Ann, "Given")).Subject);

    [Fact]
    public void A_legacy_template_takes_subject_and_bodies()
    {
        var source = new TemplateSource(false, "[<%subject%>]", "", "<b><%body%></b>{{name}}", "> <%body%>", false);

        var both = Render(source, new TemplateInput(Ann, "S", "<i>h</i>", "p"));
        var plain = Render(source, new TemplateInput(Ann, "S", null, "1 < 2\nx"));
        var html = Render(source, new TemplateInput(Ann, "S", "<i>h</i>", null));

        Assert.Equal(("[S]", "<b><i>h</i></b>{{name}}", "> p"), (both.Subject, both.Html, both.Plain));
        Assert.Equal(("<b>1 &lt; 2<br>\nx</b>{{name}}", "> 1 < 2\nx"), (plain.Html, plain.Plain));
        Assert.Equal("> h\n", html.Plain);
    }

    [Fact]
    public void What_a_body_says_is_not_filled_in_again() =>
        Assert.Equal(
            "<%subject%>",
            Render(
                new TemplateSource(false, "<%subject%>", "", "<%body%>", "", false),
                new TemplateInput(Ann, "S", "<%subject%>", "p")
            ).Html
        );

    [Fact]
    public void Every_part_that_is_wrong_is_named()
    {
        Assert.Null(CompiledVersion.Compile(new TemplateSource(true, "{{", "{{/x}}", "\n{{#if}}", "{{!", false), out var errors));
        Assert.Equal(["subject", "preheader", "html_content", "plain_content"], errors.Select(e => e.Part));
        Assert.Equal([1, 1, 2, 1], errors.Select(e => e.Error.Line));
    }

    [Theory]
    [InlineData("x :sec y", "x [Ann] y")]
    [InlineData("-who- :sec", "Ann [Ann]")]
    [InlineData("-where-", "[Ann]")]
    [InlineData(":sec:other", "[Ann]other -raw-")]
    public void Sections_are_filled_in_and_substituted_once_more(string text, string result)
    {
        var substitutions = new Dictionary<string, string>
        {
            ["-who-"] = "Ann",
            ["-where-"] = ":sec",
            ["-again-"] = "-who-",
        };
        var sections = new Dictionary<string, string> { [":sec"] = "[-who-]", [":other"] = "other -raw-" };

        Assert.Equal(result, new Substitutions(substitutions, sections).Apply(text));
        Assert.Equal("-who-", new Substitutions(substitutions, sections).Apply("-again-"));
    }

    [Fact]
    public void Substitutions_that_blow_a_text_up_are_stopped()
    {
        var substitutions = new Substitutions(new Dictionary<string, string> { ["a"] = new string('b', 100_000) });

        Assert.Throws<TemplateRenderException>(() => substitutions.Apply(new string('a', 1000)));
    }

    [Fact]
    public void The_memory_keeps_what_was_used_last_up_to_its_bound()
    {
        var cache = new TemplateCache(maxWeight: 5000);
        var version = CompiledVersion.Compile(new TemplateSource(true, "", "", "x", "", true), out _)!;
        var ids = Enumerable.Range(0, 6).Select(_ => Ids.New(TimeProvider.System)).ToList();

        foreach (var id in ids.Take(4))
            cache.Keep(id, 1, version);
        Assert.Same(version, cache.Find(ids[0], 1));
        cache.Keep(ids[4], 1, version);
        cache.Keep(ids[5], 1, version);

        Assert.True(cache.Weight <= 5000);
        Assert.NotNull(cache.Find(ids[0], 1));
        Assert.NotNull(cache.Find(ids[5], 1));
        Assert.Null(cache.Find(ids[1], 1));
        Assert.Null(cache.Find(ids[0], 2));
    }

    private static RenderedParts Render(TemplateSource source, TemplateInput? input = null) =>
        CompiledVersion.Compile(source, out _)!.Render(input ?? new TemplateInput(Ann), TestContext.Current.CancellationToken);
}
