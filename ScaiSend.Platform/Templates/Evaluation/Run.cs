using System.Buffers;
using System.Text;
using ScaiSend.Platform.Templates.Language;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>One rendering: what it has written, and what it has cost so far.</summary>
internal sealed class Run(string source, int maxOutput, CancellationToken cancellationToken)
{
    private const int StepsBetweenLooks = 1024;

    private static readonly SearchValues<char> Escaped = SearchValues.Create("&<>\"'`=");

    private readonly StringBuilder _output = new();
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);
    private int _steps;
    private int _nextLook;
    private int _iterations;
    private long _made;

    public string Output => _output.ToString();

    /// <summary>Paths that led to nothing.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>Counts a piece of work.</summary>
    public void Step(int at, int size = 1)
    {
        _steps += size;
        if (_steps > TemplateLimits.MaxSteps)
            throw Fail(at, $"The template does too much: more than {TemplateLimits.MaxSteps} steps");
        if (_steps < _nextLook)
            return;
        _nextLook = _steps + StepsBetweenLooks;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Counts a round of a loop.</summary>
    public void Iterate(int at)
    {
        if (++_iterations > TemplateLimits.MaxIterations)
            throw Fail(at, $"The template loops too often: more than {TemplateLimits.MaxIterations} rounds of its loops together");
    }

    public void NoteMissing(string path)
    {
        if (_missing.Count < TemplateLimits.MaxMissing)
            _missing.Add(path);
    }

    public TemplateRenderException Fail(int at, string text) => new(TemplateError.At(source, at, text).ToString());

    public void WriteText(string text)
    {
        Make(text.Length);
        _output.Append(text);
    }

    public void WriteValue(object? value, bool isRaw)
    {
        var text = Print(value);
        if (isRaw)
            _output.Append(text);
        else
            WriteEscaped(text);
    }

    /// <summary>A value as text. It counts as made even when it is not written, because it took memory.</summary>
    public string Print(object? value)
    {
        if (value is not object?[])
        {
            var scalar = Js.Scalar(value);
            Make(scalar.Length);
            return scalar;
        }
        var text = new StringBuilder();
        Js.Print(text, value);
        Make(text.Length);
        return text.ToString();
    }

    private void WriteEscaped(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(Escaped) is var special and >= 0)
        {
            var entity = text[special] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#x27;",
                '`' => "&#x60;",
                _ => "&#x3D;",
            };
            Make(entity.Length - 1);
            _output.Append(text[..special]).Append(entity);
            text = text[(special + 1)..];
        }
        _output.Append(text);
    }

    private void Make(int characters)
    {
        _made += characters;
        if (_made > maxOutput)
            throw new TemplateRenderException($"The template makes too much text: more than {maxOutput} characters");
    }
}
