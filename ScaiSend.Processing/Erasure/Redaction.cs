using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.Platform.Storage.Erasure;

namespace ScaiSend.Processing.Erasure;

/// <summary>
/// Finds addresses in texts and puts the stand-in in their place: in any case, with either spelling of the domain, and however HTML, a URL or JSON encodes them.
/// Another address that ends or begins the same stays.
/// </summary>
public sealed class Redaction
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Local parts by domain, the longest first.
    private readonly Dictionary<string, List<string>> _locals;

    public Redaction(IEnumerable<string> addresses) =>
        _locals = addresses
            .SelectMany(Spellings)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .GroupBy(a => a[(a.LastIndexOf('@') + 1)..], a => a[..(a.LastIndexOf('@') + 1)], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => g.OrderByDescending(local => local.Length).ToList(), StringComparer.OrdinalIgnoreCase);

    /// <summary>An address as it is, and with its domain as A-labels and as U-labels.</summary>
    public static IEnumerable<string> Spellings(string address)
    {
        yield return address;
        var at = address.LastIndexOf('@') + 1;
        var (ascii, unicode) = (address, address);
        try
        {
            ascii = address[..at] + Idn.GetAscii(address[at..]);
            unicode = address[..at] + Idn.GetUnicode(ascii[at..]);
        }
        catch (ArgumentException)
        {
            // No such spelling.
        }
        if (ascii != address)
            yield return ascii;
        if (unicode != address)
            yield return unicode;
    }

    /// <summary>The text without the addresses.</summary>
    public string Text(string text)
    {
        var cleaned = new StringBuilder();
        var copied = 0;
        foreach (var (start, end) in Places(text))
        {
            cleaned.Append(text, copied, start - copied).Append(Erased.Address);
            copied = end;
        }
        return copied == 0 ? text : cleaned.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The JSON with none of the addresses in any of its texts or names.</summary>
    public string? Json(string? json) => json is not null && FindsInJson(json) ? Clean(JsonNode.Parse(json))!.ToJsonString(Readable) : json;

    /// <summary>The value with none of the addresses in any of its texts.</summary>
    public T Value<T>(T value) => Clean(JsonSerializer.SerializeToNode(value)).Deserialize<T>()!;

    /// <summary>Whether an address is in the text.</summary>
    public bool Finds(string? text) => text is not null && Places(text).Any();

    /// <summary>Whether an address is in any text or name of the JSON.</summary>
    public bool FindsInJson(string? json) => json is not null && Finds(JsonNode.Parse(json));

    /// <summary>Whether an address is in any text of the value.</summary>
    public bool FindsInValue<T>(T value) => Finds(JsonSerializer.SerializeToNode(value));

    private bool Finds(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.Any(member => Finds(member.Key) || Finds(member.Value)),
            JsonArray a => a.Any(Finds),
            JsonValue v when v.GetValueKind() == JsonValueKind.String => Finds(v.GetValue<string>()),
            _ => false,
        };

    private JsonNode? Clean(JsonNode? node) =>
        node switch
        {
            // Two names may become one.
            JsonObject o => o.Aggregate(
                new JsonObject(),
                (cleaned, member) =>
                {
                    cleaned[Text(member.Key)] = Clean(member.Value);
                    return cleaned;
                }
            ),
            JsonArray a => new JsonArray([.. a.Select(Clean)]),
            JsonValue v when v.GetValueKind() == JsonValueKind.String => JsonValue.Create(Text(v.GetValue<string>())),
            _ => node?.DeepClone(),
        };

    private IEnumerable<(int Start, int End)> Places(string text)
    {
        if (!ReadableText.MayHaveAddress(text))
            yield break;
        var readable = ReadableText.Of(text);
        var read = readable.Text;
        for (var at = read.IndexOf('@'); at >= 0; at = at + 1 < read.Length ? read.IndexOf('@', at + 1) : -1)
        {
            var end = EndOfDomain(read, at + 1);
            if (!_locals.TryGetValue(read[(at + 1)..end], out var locals))
                continue;
            var found = locals.Find(local => IsBefore(read, at, local));
            if (found is not null)
                yield return (readable.StartOf(at + 1 - found.Length), readable.StartOf(end));
        }
    }

    // ada@example.org.uk is another; a full stop after an address ends a sentence.
    private static int EndOfDomain(string read, int start)
    {
        if (start < read.Length && read[start] == '[' && read.IndexOf(']', start) is > 0 and var close)
            return close + 1;
        var end = start;
        while (end < read.Length && (char.IsLetterOrDigit(read[end]) || read[end] is '-' or '.'))
            end++;
        while (end > start && read[end - 1] == '.')
            end--;
        return end;
    }

    // With its at sign. lada@example.org is another.
    private static bool IsBefore(string read, int at, string local)
    {
        var start = at + 1 - local.Length;
        return start >= 0
            && string.Compare(read, start, local, 0, local.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (start == 0 || !(char.IsLetterOrDigit(read[start - 1]) || read[start - 1] is '-' or '.' or '_' or '+'));
    }
}
