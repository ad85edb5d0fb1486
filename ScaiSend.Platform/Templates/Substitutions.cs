using System.Text;

namespace ScaiSend.Platform.Templates;

/// <summary>
/// Replaces literal keys by their values in one pass, the longest key first; what was filled in is not looked at again,
/// so that a recipient's data can never trigger another key. Only sections are: a value that names one is replaced by it, and the keys in it are filled in.
/// </summary>
public sealed class Substitutions(IReadOnlyDictionary<string, string> substitutions, IReadOnlyDictionary<string, string>? sections = null)
{
    /// <summary>Characters that filling in may make of one text.</summary>
    public const int MaxOutput = TemplateLimits.MaxBody;

    private readonly LiteralKeys _substitutions = new(substitutions);
    private readonly LiteralKeys? _sections = sections is { Count: > 0 } ? new LiteralKeys(sections) : null;

    /// <summary>The text with everything filled in. Throws <see cref="TemplateRenderException"/> when it becomes too long.</summary>
    public string Apply(string text)
    {
        // SendGrid's order: substitutions, then sections, then the substitutions inside the sections.
        var filled = _substitutions.Replace(text, static value => value);
        return _sections is null ? filled : _sections.Replace(filled, section => _substitutions.Replace(section, static value => value));
    }

    private sealed class LiteralKeys
    {
        private readonly KeyValuePair<string, string>[] _longestFirst;
        private readonly string _firstCharacters;

        public LiteralKeys(IReadOnlyDictionary<string, string> pairs)
        {
            _longestFirst =
                pairs.Count == 0 ? [] : [.. pairs.Where(pair => pair.Key.Length > 0).OrderByDescending(pair => pair.Key.Length)];
            _firstCharacters = string.Concat(_longestFirst.Select(pair => pair.Key[0]).Distinct());
        }

        public string Replace(string text, Func<string, string> fill)
        {
            if (_longestFirst.Length == 0)
                return text;
            StringBuilder? result = null;
            var (copied, position) = (0, 0);
            while (NextCandidate(text, position) is var candidate and >= 0)
            {
                position = candidate + 1;
                if (KeyAt(text, candidate) is not { } pair)
                    continue;
                var value = fill(pair.Value);
                result = (result ?? new StringBuilder(text.Length + 256)).Append(text, copied, candidate - copied).Append(value);
                copied = position = candidate + pair.Key.Length;
                if (result.Length > MaxOutput)
                    throw new TemplateRenderException($"The substitutions make too much text: more than {MaxOutput} characters");
            }
            return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
        }

        private int NextCandidate(string text, int from)
        {
            var offset = text.AsSpan(from).IndexOfAny(_firstCharacters);
            return offset < 0 ? -1 : from + offset;
        }

        private KeyValuePair<string, string>? KeyAt(string text, int position)
        {
            var rest = text.AsSpan(position);
            foreach (var pair in _longestFirst)
            {
                if (rest.StartsWith(pair.Key, StringComparison.Ordinal))
                    return pair;
            }
            return null;
        }
    }
}
