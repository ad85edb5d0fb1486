using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ScaiSend.Platform.Templates;

namespace ScaiSend.IntegrationTests.Rules.Templates;

/// <summary>What holds for every template and all data.</summary>
public sealed class TemplatePropertyTests
{
    private static readonly string[] Fragments =
    [
        "{{",
        "}}",
        "{{{",
        "}}}",
        "{{~",
        "~}}",
        "{{#if a}}",
        "{{/if}}",
        "{{else}}",
        "{{else if b}}",
        "{{#each a}}",
        "{{/each}}",
        "{{#with a as |x|}}",
        "{{/with}}",
        "{{^b}}",
        "{{/b}}",
        "{{#a}}",
        "{{/a}}",
        "{{a}}",
        "{{{b}}}",
        "{{../a}}",
        "{{@index}}",
        "{{@root.b.c}}",
        "{{x.y}}",
        "{{length a}}",
        "{{insert a \"default=d\"}}",
        "{{formatDate a 'YYYY' b}}",
        "{{formatDate 0 a}}",
        "{{lookup a b}}",
        "{{#equals a b}}",
        "{{/equals}}",
        "{{#greaterThan (length a) 1}}",
        "{{/greaterThan}}",
        "{{! c }}",
        "{{!--",
        "--}}",
        "\\",
        "\\{{",
        "\n",
        "  ",
        "x",
        "<b>",
        "\"",
        "'",
        "(",
        ")",
        "|",
        "=",
        "[",
        "]",
        ".",
        "/",
        "@",
        "a",
        "b",
        "#",
        "\0",
        "é😀",
        "\ud83d",
    ];

    private static readonly Gen<string> Sources = Gen.OneOf(Fragments).Array[0, 25].Select(string.Concat);

    private static readonly Gen<JsonNode?> Values = Gen.Recursive<JsonNode?>(
        (depth, inner) =>
            depth > 3
                ? Gen.Int.Select(i => (JsonNode?)JsonValue.Create(i))
                : Gen.OneOf(
                    Gen.Const((JsonNode?)null),
                    Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
                    Gen.Double.Where(double.IsFinite).Select(d => (JsonNode?)JsonValue.Create(d)),
                    Gen.OneOf("", "x", "<&\"'`=>", "2027-01-31T10:00:00Z", "+0100", "0", "a").Select(s => (JsonNode?)JsonValue.Create(s)),
                    inner.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])),
                    inner.Array[3].Select(Map)
                )
    );

    private static readonly Gen<JsonNode?> Roots = Values.Array[3].Select(Map);

    [Fact]
    public void Only_its_own_errors_come_out_and_the_same_input_gives_the_same_text() =>
        Gen.Select(Sources, Roots)
            .Sample(
                (source, root) =>
                {
                    var template = CompiledTemplate.Compile(source, out var error);
                    Assert.NotEqual(template is null, error is null);
                    Assert.True(error is null or { Line: > 0, Column: > 0, Text.Length: > 0 });
                    Assert.Equal(Outcome(template, root), Outcome(template, root));
                },
                iter: 20_000
            );

    [Fact]
    public void What_two_braces_print_cannot_become_markup() =>
        Roots.Sample(
            root =>
            {
                var template = CompiledTemplate.Compile(
                    "{{a}}{{b}}{{c}}{{#each a}}{{this}}{{@key}}{{/each}}{{insert b c}}{{lookup a 'b'}}",
                    out _
                );

                Assert.Equal(-1, Outcome(template, root).IndexOfAny(['<', '>', '"', '\'', '`', '=']));
            },
            iter: 5_000
        );

    private static string Outcome(CompiledTemplate? template, JsonNode? root)
    {
        try
        {
            return template?.Render(TemplateData.Of(JsonSerializer.SerializeToElement(root)), 10_000, CancellationToken.None).Text ?? "";
        }
        catch (TemplateRenderException e)
        {
            return e.Message;
        }
    }

    private static JsonNode? Map(JsonNode?[] values) =>
        new JsonObject
        {
            ["a"] = values[0]?.DeepClone(),
            ["b"] = values[1]?.DeepClone(),
            ["c"] = values[2]?.DeepClone(),
        };
}
