using System.Text.Json;
using ScaiSend.Api.Templates;
using ScaiSend.Platform.Storage.Templates;
using ScaiSend.Platform.Templates;

namespace ScaiSend.Api.Console.Templates;

/// <summary>What mail would say with a wording that may not be stored yet, rendered by the code that renders mail.</summary>
/// <param name="Parts">Null when it cannot be rendered.</param>
/// <param name="Troubles">Why not, with the place.</param>
public sealed record Preview(RenderedParts? Parts, IReadOnlyList<string> Troubles)
{
    /// <summary>Where the request's own content would stand in a legacy template.</summary>
    private const string LegacySubject = "The subject of the request";

    private const string LegacyBody = "The content of the request.";

    public static Preview Of(TemplateVersion wording, bool isDynamic, CancellationToken cancellationToken)
    {
        if (CompiledVersion.Compile(TemplateSource.Of(wording, isDynamic), out var errors) is not { } compiled)
            return new Preview(null, Words(errors));
        try
        {
            var data = wording.TestData is { Length: > 0 } text ? JsonElement.Parse(text) : default;
            var input = isDynamic
                ? new TemplateInput(TemplateData.OfMail(data))
                : new TemplateInput(TemplateData.Empty, LegacySubject, $"<p>{LegacyBody}</p>", LegacyBody);
            var substitutions = new Substitutions(isDynamic ? new Dictionary<string, string>() : Texts(data));
            return new Preview(RenderVersion.Render(compiled, input, substitutions, cancellationToken), []);
        }
        catch (TemplateRenderException e)
        {
            return new Preview(null, [e.Message]);
        }
    }

    /// <summary>The parts that are no templates, each with its place.</summary>
    public static IReadOnlyList<string> Words(IEnumerable<PartError> errors) =>
        [.. errors.Select(e => $"{VersionDraft.LabelOf(e.Part)}, {e.Error}")];

    private static Dictionary<string, string> Texts(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object
            ? data.EnumerateObject()
                .Where(field => field.Value.ValueKind == JsonValueKind.String && field.Name.Length > 0)
                .GroupBy(field => field.Name, field => field.Value.GetString()!)
                .ToDictionary(field => field.Key, field => field.Last())
            : [];
}

/// <summary>What the frame beside the form shows.</summary>
/// <param name="Style">The path of the console's style.</param>
public sealed record PreviewModel(Preview Preview, string Style);
