using System.Text;

namespace ScaiSend.Processing.Rendering;

/// <summary>
/// Replaces literal keys by their values in one pass, the longest key first; what was filled in is not looked at again,
/// so that a recipient's data can never trigger another key.
/// </summary>
public sealed class Substitutions
{
    private readonly KeyValuePair<string, string>[] longestFirst;
    private readonly string firstCharacters;

    public Substitutions(IReadOnlyDictionary<string, string> substitutions)
    {
        longestFirst =
            substitutions.Count == 0
                ? []
                : [.. substitutions.Where(pair => pair.Key.Length > 0).OrderByDescending(pair => pair.Key.Length)];
        firstCharacters = string.Concat(longestFirst.Select(pair => pair.Key[0]).Distinct());
    }

    public string Apply(string text)
    {
        if (longestFirst.Length == 0)
        {
            return text;
        }

        StringBuilder? result = null;
        var (copied, position) = (0, 0);
        while (NextCandidate(text, position) is var candidate and >= 0)
        {
            position = candidate + 1;
            if (KeyAt(text, candidate) is { } pair)
            {
                result = (result ?? new StringBuilder(text.Length + 256)).Append(text, copied, candidate - copied).Append(pair.Value);
                copied = position = candidate + pair.Key.Length;
            }
        }
        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    private int NextCandidate(string text, int from)
    {
        var offset = text.AsSpan(from).IndexOfAny(firstCharacters);
        return offset < 0 ? -1 : from + offset;
    }

    private KeyValuePair<string, string>? KeyAt(string text, int position)
    {
        var rest = text.AsSpan(position);
        foreach (var pair in longestFirst)
        {
            if (rest.StartsWith(pair.Key, StringComparison.Ordinal))
            {
                return pair;
            }
        }
        return null;
    }
}
