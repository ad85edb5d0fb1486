using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScaiSend.Platform.Storage.Erasure;

namespace ScaiSend.Processing.Erasure;

/// <summary>Finds addresses in texts and puts the stand-in in their place, in any case and with either spelling of the domain. Another address that ends or begins the same stays.</summary>
public sealed class Redaction(IEnumerable<string> addresses)
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string> _spellings = [.. addresses.SelectMany(Spellings).Distinct(StringComparer.OrdinalIgnoreCase)];

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
        foreach (var spelling in _spellings)
            for (var at = Next(text, spelling, 0); at >= 0; at = Next(text, spelling, at + Erased.Address.Length))
                text = string.Concat(text.AsSpan(0, at), Erased.Address, text.AsSpan(at + spelling.Length));
        return text;
    }

    /// <summary>The JSON with none of the addresses in any of its texts or names.</summary>
    public string? Json(string? json) =>
        json is null ? null
        : JsonNode.Parse(json) is { } node && Finds(node.ToJsonString(Readable)) ? Clean(node)!.ToJsonString(Readable)
        : json;

    /// <summary>The value with none of the addresses in any of its texts.</summary>
    public T Value<T>(T value) => Clean(JsonSerializer.SerializeToNode(value)).Deserialize<T>()!;

    /// <summary>Whether an address is in the text.</summary>
    public bool Finds(string? text) => text is not null && _spellings.Any(spelling => Next(text, spelling, 0) >= 0);

    /// <summary>Whether an address is in the JSON, however it is escaped.</summary>
    public bool FindsInJson(string? json) => json is not null && Finds(JsonNode.Parse(json)?.ToJsonString(Readable));

    /// <summary>Whether an address is in any text of the value.</summary>
    public bool FindsInValue<T>(T value) => Finds(JsonSerializer.Serialize(value, Readable));

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

    private static int Next(string text, string spelling, int from)
    {
        for (var at = from; at <= text.Length - spelling.Length; at++)
        {
            at = text.IndexOf(spelling, at, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                return -1;
            if (!IsInAddress(text, at - 1, isBefore: true) && !IsInAddress(text, at + spelling.Length, isBefore: false))
                return at;
        }
        return -1;
    }

    // lada@example.org and ada@example.org.uk are others; a full stop after an address ends a sentence.
    private static bool IsInAddress(string text, int at, bool isBefore)
    {
        if (at < 0 || at >= text.Length)
            return false;
        var c = text[at];
        return char.IsLetterOrDigit(c)
            || c == '-'
            || isBefore && c is '.' or '_' or '+'
            || !isBefore && c == '.' && at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1]);
    }
}
