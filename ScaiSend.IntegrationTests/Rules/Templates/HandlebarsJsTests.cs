using System.Runtime.CompilerServices;
using System.Text.Json;
using ScaiSend.Platform.Templates;

namespace ScaiSend.IntegrationTests.Rules.Templates;

/// <summary>The same answers as handlebars.js 4.7 with SendGrid's helpers: written by it, and kept in <c>handlebars-js.json</c>.</summary>
public sealed class HandlebarsJsTests
{
    [Fact]
    public void Every_template_gives_what_handlebars_js_gives()
    {
        var table = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), "handlebars-js.json"))).RootElement;
        var data = TemplateData.Of(table.GetProperty("data"));
        var cases = table
            .GetProperty("cases")
            .EnumerateArray()
            .Select(c => (Source: c[0].GetString()!, Output: c[1].GetString()!))
            .ToList();

        var different = cases
            .Where(c => Answer(c.Source, data) != c.Output)
            .Select(c => $"{c.Source} gives {Answer(c.Source, data)}, not {c.Output}");

        Assert.True(cases.Count > 1000);
        Assert.Empty(different);
    }

    private static string Answer(string source, TemplateData data) =>
        CompiledTemplate.Compile(source, out var error) is { } template
            ? template.Render(data, TemplateLimits.MaxBody, TestContext.Current.CancellationToken).Text
            : $"ERROR {error}";

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
