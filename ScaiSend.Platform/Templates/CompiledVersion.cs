namespace ScaiSend.Platform.Templates;

/// <summary>The wording of one version, ready to be rendered any number of times.</summary>
public sealed class CompiledVersion
{
    private readonly TemplateSource _source;
    private readonly CompiledTemplate? _subject;
    private readonly CompiledTemplate? _preheader;
    private readonly CompiledTemplate? _html;
    private readonly CompiledTemplate? _plain;

    /// <param name="errors">Names of the parts that are no templates, as the API calls them, and why.</param>
    private CompiledVersion(TemplateSource source, List<PartError> errors)
    {
        _source = source;
        if (!source.IsDynamic)
            return;
        _subject = Compile("subject", source.Subject, errors);
        _preheader = Compile("preheader", source.Preheader, errors);
        _html = Compile("html_content", source.Html, errors);
        if (!source.GeneratesPlain)
            _plain = Compile("plain_content", source.Plain, errors);
    }

    /// <summary>How much memory it takes, roughly, in characters.</summary>
    public int Weight => 1000 + _source.Subject.Length + _source.Preheader.Length + _source.Html.Length + _source.Plain.Length;

    /// <summary>Reads a version; null, and each part's error, when it is none.</summary>
    public static CompiledVersion? Compile(TemplateSource source, out IReadOnlyList<PartError> errors)
    {
        var found = new List<PartError>();
        var version = new CompiledVersion(source, found);
        errors = found;
        return found.Count == 0 ? version : null;
    }

    /// <summary>The same parts for the same input. Throws <see cref="TemplateRenderException"/> when a limit is reached.</summary>
    public RenderedParts Render(TemplateInput input, CancellationToken cancellationToken) =>
        _source.IsDynamic ? RenderDynamic(input, cancellationToken) : RenderLegacy(input);

    private RenderedParts RenderDynamic(TemplateInput input, CancellationToken cancellationToken)
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        var subject = Part("subject", _subject, TemplateLimits.MaxLine);
        var preheader = Part("preheader", _preheader, TemplateLimits.MaxLine);
        var html = Preheader.Insert(Part("html_content", _html, TemplateLimits.MaxBody), preheader);
        var plain = _source.GeneratesPlain ? HtmlText.Of(html) : Part("plain_content", _plain, TemplateLimits.MaxBody);
        return new RenderedParts(subject.Length > 0 ? subject : input.Subject, preheader, html, plain, [.. missing]);

        string Part(string name, CompiledTemplate? template, int limit)
        {
            if (template is null)
                return "";
            try
            {
                var rendered = template.Render(input.Data, limit, cancellationToken);
                missing.UnionWith(rendered.Missing);
                return rendered.Text;
            }
            catch (TemplateRenderException e)
            {
                throw new TemplateRenderException($"{name}: {e.Message}");
            }
        }
    }

    private RenderedParts RenderLegacy(TemplateInput input)
    {
        var plainBody = input.Plain ?? (input.Html is { } given ? HtmlText.Of(given) : "");
        var htmlBody = input.Html ?? Escaped(plainBody);
        var subject = Fill(_source.Subject, htmlBody);
        var preheader = Fill(_source.Preheader, htmlBody);
        var html = Preheader.Insert(Fill(_source.Html, htmlBody), preheader);
        return new RenderedParts(subject.Length > 0 ? subject : input.Subject, preheader, html, Fill(_source.Plain, plainBody), []);

        string Fill(string text, string body) =>
            new Substitutions(new Dictionary<string, string> { ["<%subject%>"] = input.Subject, ["<%body%>"] = body }).Apply(text);
    }

    private static string Escaped(string text) => System.Net.WebUtility.HtmlEncode(text).Replace("\n", "<br>\n", StringComparison.Ordinal);

    private static CompiledTemplate? Compile(string name, string source, List<PartError> errors)
    {
        if (source.Length == 0)
            return null;
        var template = CompiledTemplate.Compile(source, out var error);
        if (error is not null)
            errors.Add(new PartError(name, error));
        return template;
    }
}

/// <summary>A part that is no template.</summary>
/// <param name="Part">As the API calls it, such as <c>html_content</c>.</param>
public sealed record PartError(string Part, TemplateError Error);
