using System.Text;
using ScaiSend.Platform.Templates.Evaluation;
using ScaiSend.Platform.Templates.Language;

namespace ScaiSend.Platform.Templates;

/// <summary>A template, read and checked: renders any number of times, from any thread, the same text for the same data.</summary>
public sealed class CompiledTemplate
{
    private readonly string _source;
    private readonly Body _body;

    private CompiledTemplate(string source, Body body) => (_source, _body) = (source, body);

    /// <summary>How much memory it takes, roughly, in characters.</summary>
    public int Weight => _source.Length;

    /// <summary>Reads a template; null and the error when it is none.</summary>
    public static CompiledTemplate? Compile(string source, out TemplateError? error)
    {
        error = null;
        try
        {
            if (Encoding.UTF8.GetByteCount(source) > TemplateLimits.MaxSourceBytes)
                throw new TemplateSyntaxException(0, $"A template may have at most {TemplateLimits.MaxSourceBytes} bytes");
            return new CompiledTemplate(source, TemplateParser.Parse(source));
        }
        catch (TemplateSyntaxException e)
        {
            error = TemplateError.At(source, e.Offset, e.Message);
            return null;
        }
    }

    /// <summary>The text. Throws <see cref="TemplateRenderException"/> when the data leads over a limit, and nothing else on its own.</summary>
    /// <param name="maxOutput">Characters that it may make.</param>
    public RenderedText Render(TemplateData data, int maxOutput, CancellationToken cancellationToken)
    {
        var run = new Run(_source, maxOutput, cancellationToken);
        new Evaluator(data.Root, run).Write(_body);
        return new RenderedText(run.Output, run.Missing);
    }
}

/// <summary>What a template became.</summary>
/// <param name="Missing">Variables that it uses and the data has not, sorted; questions like <c>#if</c> do not count.</param>
public sealed record RenderedText(string Text, IReadOnlyCollection<string> Missing);
