using System.Text.Json;
using ScaiSend.Platform.Templates;

namespace ScaiSend.IntegrationTests.Rules.Templates;

/// <summary>A template cannot run for ever or eat the memory.</summary>
public sealed class TemplateLimitTests
{
    private static readonly TemplateData Data = TemplateData.Of(
        JsonSerializer.SerializeToElement(
            new
            {
                ten = Enumerable.Range(0, 10),
                thousand = Enumerable.Range(0, 1000),
                big = new string('<', 100_000),
                secret = "do not tell",
            }
        )
    );

    [Fact]
    public void Loops_inside_each_other_have_a_limit_together()
    {
        Assert.Equal(10_000, Render("{{#each thousand}}{{#each ../ten}}x{{/each}}{{/each}}").Length);

        var reason = Failure("a\n{{#each thousand}}{{#each ../thousand}}x{{/each}}{{/each}}");

        Assert.Equal("line 2, column 22: The template loops too often: more than 100000 rounds of its loops together", reason);
    }

    [Fact]
    public void Work_without_output_has_a_limit()
    {
        var many = string.Concat(Enumerable.Repeat("{{#if a}}x{{/if}}", 20_000));

        Assert.Contains(
            "The template does too much: more than 5000000 steps",
            Failure($"{{{{#each thousand}}}}{many}{{{{/each}}}}"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("{{#each thousand}}{{@root.big}}{{/each}}")]
    [InlineData("{{#each thousand}}{{{@root.big}}}{{/each}}")]
    [InlineData("{{#each thousand}}{{#if (lookup ../ten ../big)}}x{{/if}}{{/each}}")]
    public void Output_has_a_limit(string source) =>
        Assert.Equal("The template makes too much text: more than 10485760 characters", Failure(source));

    [Fact]
    public void A_subject_has_a_smaller_limit()
    {
        var version = CompiledVersion.Compile(new TemplateSource(true, "{{big}}", "", "x", "", false), out _)!;

        var reason = Assert
            .Throws<TemplateRenderException>(() => version.Render(new TemplateInput(Data), TestContext.Current.CancellationToken))
            .Message;

        Assert.Equal("subject: The template makes too much text: more than 10000 characters", reason);
    }

    [Fact]
    public void Comparing_long_texts_costs_steps() =>
        Assert.Contains(
            "The template does too much",
            Failure(
                "{{#each thousand}}{{#each ../ten}}"
                    + string.Concat(Enumerable.Repeat("{{#equals @root.big @root.big}}{{/equals}}", 10))
                    + "{{/each}}{{/each}}"
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Rendering_can_be_cancelled()
    {
        var template = CompiledTemplate.Compile("{{#each thousand}}{{#each ../ten}}x{{/each}}{{/each}}", out _)!;

        Assert.ThrowsAny<OperationCanceledException>(() => template.Render(Data, TemplateLimits.MaxBody, new CancellationToken(true)));
    }

    [Fact]
    public void A_failure_quotes_no_data() =>
        Assert.DoesNotContain("do not tell", Failure("{{formatDate '2027-01-01' 'YYYY' secret}}"), StringComparison.Ordinal);

    [Fact]
    public void Half_a_character_in_the_data_is_a_failure() =>
        Assert.Throws<TemplateRenderException>(() => TemplateData.Of(JsonElement.Parse("""{"a":"\ud800"}""")));

    private static string Render(string source) =>
        CompiledTemplate.Compile(source, out _)!.Render(Data, TemplateLimits.MaxBody, TestContext.Current.CancellationToken).Text;

    private static string Failure(string source) => Assert.Throws<TemplateRenderException>(() => Render(source)).Message;
}
