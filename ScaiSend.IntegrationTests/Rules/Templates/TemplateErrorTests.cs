using System.Diagnostics;
using ScaiSend.Platform.Templates;

namespace ScaiSend.IntegrationTests.Rules.Templates;

/// <summary>What is no template is refused with its place, counted from 1.</summary>
public sealed class TemplateErrorTests
{
    public static TheoryData<string, int, int, string> Cases =>
        new()
        {
            { "x\n{{#if a}}\n  {{foo", 3, 8, "The tag is never closed" },
            { "x\n {{#if a}}\n  y", 2, 2, "The block {{#if a}} is never closed" },
            { "x\r\n{{/if}}", 2, 1, "{{/if}} belongs to no block" },
            { "{{else}}", 1, 1, "{{else}} belongs to no block" },
            { "{{#if a}}x{{/each}}", 1, 11, "{{/each}} cannot close the block {{#if a}}" },
            { "{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "The block {{#if a}} can have only one {{else}}, as its last branch" },
            { "{{#if a}}{{else}}{{else if b}}{{/if}}", 1, 18, "The block {{#if a}} can have only one {{else}}, as its last branch" },
            { "{{ }}", 1, 4, "Something is missing before the end of the tag" },
            { "{{a b=}}", 1, 7, "Something is missing before the end of the tag" },
            { "a\n\n {{unknown a}}", 3, 4, "There is no helper 'unknown'" },
            { "{{#unknown a}}x{{/unknown}}", 1, 4, "There is no helper 'unknown'" },
            { "{{#if (foo x)}}{{/if}}", 1, 8, "There is no helper 'foo'" },
            { "{{a.b c}}", 1, 3, "There is no helper 'a.b'" },
            { "{{#if}}x{{/if}}", 1, 4, "'if' takes 1 argument, not 0" },
            { "{{#equals a}}x{{/equals}}", 1, 4, "'equals' takes 2 arguments, not 1" },
            { "{{formatDate a}}", 1, 3, "'formatDate' takes 2 to 3 arguments, not 1" },
            { "{{#length x}}{{/length}}", 1, 4, "'length' is no block: write {{length …}} without '#'" },
            { "{{each x}}", 1, 3, "'each' is a block: write {{#each …}} … {{/each}}" },
            { "{{{x}}", 1, 5, "The tag must be closed by '}}}'" },
            { "{{x}}}", 1, 4, "The tag must be closed by '}}'" },
            { "{{\"x}}", 1, 3, "The text is never closed by its quote" },
            { "{{[x}}", 1, 3, "The name is never closed by ']'" },
            { "{{!-- x }}", 1, 1, "The comment is never closed" },
            { "{{a%}}", 1, 4, "'%' cannot stand here" },
            { "{{a.b.this}}", 1, 3, "'this' can only stand at the beginning of a path" },
            { "{{> p}}", 1, 1, "Partials ({{> … }}) are not supported" },
            { "{{#> p}}{{/p}}", 1, 1, "Partials ({{> … }}) are not supported" },
            { "{{* d}}", 1, 1, "Decorators ({{* … }}) are not supported" },
            { "{{{{raw}}}}{{{{/raw}}}}", 1, 1, "Raw blocks ({{{{ … }}}}) are not supported" },
            { "{{#each x as |a b c|}}{{/each}}", 1, 20, "A block gives one or two names: as |item index|" },
            { "{{#each x as |}}{{/each}}", 1, 15, "A block gives one or two names: as |item index|" },
            { "ä😀{{/x}}", 1, 4, "{{/x}} belongs to no block" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_error_says_where_and_what(string source, int line, int column, string text)
    {
        Assert.Null(CompiledTemplate.Compile(source, out var error));
        Assert.Equal(new TemplateError(line, column, text), error);
    }

    [Theory]
    [InlineData("{{#if a}}", "{{/if}}")]
    [InlineData("{{#if a}}x{{else if b}}", "")]
    public void Nesting_has_a_limit(string open, string close)
    {
        static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
        string Nested(int depth) =>
            close.Length > 0 ? Repeat(open, depth) + Repeat(close, depth) : "{{#if a}}x" + Repeat("{{else if b}}y", depth - 1) + "{{/if}}";

        Assert.NotNull(CompiledTemplate.Compile(Nested(TemplateLimits.MaxDepth), out _));
        Assert.Null(CompiledTemplate.Compile(Nested(TemplateLimits.MaxDepth + 1), out var error));
        Assert.Equal("Blocks and sub-expressions may not be nested deeper than 100 levels", error!.Text);
        Assert.Null(CompiledTemplate.Compile(Nested(20_000), out _));
    }

    [Fact]
    public void Sub_expressions_have_the_same_limit()
    {
        static string Nested(int depth) =>
            "{{insert " + string.Concat(Enumerable.Repeat("(insert ", depth)) + "x" + new string(')', depth) + "}}";

        Assert.NotNull(CompiledTemplate.Compile(Nested(TemplateLimits.MaxDepth), out _));
        Assert.Null(CompiledTemplate.Compile(Nested(TemplateLimits.MaxDepth + 1), out _));
        Assert.Null(CompiledTemplate.Compile(Nested(50_000), out _));
    }

    [Fact]
    public void A_source_has_a_limit_in_bytes()
    {
        Assert.NotNull(CompiledTemplate.Compile(new string('x', TemplateLimits.MaxSourceBytes), out _));
        Assert.Null(CompiledTemplate.Compile(new string('ä', TemplateLimits.MaxSourceBytes - 1), out var error));
        Assert.Equal("A template may have at most 1048576 bytes", error!.Text);
    }

    // Each of these takes time with the square of its length in a careless reader.
    [Theory]
    [InlineData("\n")]
    [InlineData("{{!----}}")]
    [InlineData("{{!--~}} ")]
    [InlineData("{{ a }}\n")]
    [InlineData("\\{{")]
    [InlineData("{{#if a}}\n{{/if}}\n")]
    [InlineData("{{\"}}\" b")]
    [InlineData("-- }}")]
    public void A_megabyte_of_anything_is_read_in_a_moment(string repeated)
    {
        var source = string.Concat(Enumerable.Repeat(repeated, TemplateLimits.MaxSourceBytes / repeated.Length));
        var clock = Stopwatch.StartNew();

        CompiledTemplate.Compile("{{!-- " + source[10..], out _);
        CompiledTemplate.Compile(source, out _);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed}");
    }
}
