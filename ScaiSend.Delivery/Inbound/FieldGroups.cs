using System.Text;
using MimeKit;

namespace ScaiSend.Delivery.Inbound;

/// <summary>
/// Fields with empty lines between their groups, as the machine's part of a report has them. Reads what can be read: MimeKit refuses a
/// whole part for one broken line, and reports do arrive cut off.
/// </summary>
internal static class FieldGroups
{
    private const int LongestPart = 64 * 1024;
    private const int LongestField = 8 * 1024;
    private const int MostGroups = 200;

    // RFC 3464 §2, RFC 5965 §3.1. Of equal fields in a group the first counts.
    public static IEnumerable<IReadOnlyDictionary<string, string>> Of(MimePart part)
    {
        var groups = new List<Dictionary<string, StringBuilder>> { New() };
        StringBuilder? last = null;
        foreach (var line in TextOf(part).AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace())
            {
                if (groups.Count == MostGroups)
                    break;
                last = null;
                if (groups[^1].Count > 0)
                    groups.Add(New());
            }
            else if (line[0] is ' ' or '\t')
                Continue(last, line.Trim());
            else
                last = Begin(line, groups[^1]);
        }
        return groups.Where(group => group.Count > 0).Select(Finished);
    }

    private static StringBuilder? Begin(ReadOnlySpan<char> line, Dictionary<string, StringBuilder> group)
    {
        var colon = line.IndexOf(':');
        if (colon <= 0)
            return null;
        var value = line[(colon + 1)..].Trim();
        var field = new StringBuilder().Append(value[..Math.Min(value.Length, LongestField)]);
        return group.TryAdd(line[..colon].Trim().ToString(), field) ? field : null;
    }

    private static void Continue(StringBuilder? field, ReadOnlySpan<char> more)
    {
        if (field is { Length: < LongestField })
            field.Append(' ').Append(more[..Math.Min(more.Length, LongestField)]);
    }

    private static Dictionary<string, StringBuilder> New() => new(StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string> Finished(Dictionary<string, StringBuilder> group) =>
        group
            .Where(field => field.Value.Length > 0)
            .ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private static string TextOf(MimePart part)
    {
        using var bytes = new MemoryStream();
        part.Content?.DecodeTo(bytes);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)Math.Min(bytes.Length, LongestPart)));
    }
}
