using System.Collections.ObjectModel;
using System.Text;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads <c>custom_args</c>, <c>substitutions</c> and <c>sections</c>.</summary>
internal static class TextMaps
{
    /// <summary>Bytes of one personalization's custom arguments (shared ones included), and of its substitutions.</summary>
    public const int MostBytes = 10_000;

    // Two pairs of quotes, colon, comma.
    private const int JsonAroundPair = 6;

    /// <summary>Reads custom arguments. Numbers, booleans and null are kept as the text that the caller wrote.</summary>
    public static IReadOnlyDictionary<string, string> ReadCustomArgs(ref JsonCursor json)
    {
        if (!json.EntersObject())
            return ReadOnlyDictionary<string, string>.Empty;
        var args = new Dictionary<string, string>();
        while (json.NextProperty())
        {
            var name = json.Name;
            if (json.Scalar("All values of custom arguments object must be strings") is { } value)
                args[name] = value;
        }
        return args;
    }

    /// <summary>Reads substitutions.</summary>
    public static IReadOnlyDictionary<string, string> ReadSubstitutions(ref JsonCursor json)
    {
        const string wrong = "The substitution values must be an object of key/value pairs, where the values are all strings.";
        if (!json.EntersObject(ifNot: wrong))
            return ReadOnlyDictionary<string, string>.Empty;
        var substitutions = new Dictionary<string, string>();
        while (json.NextProperty())
        {
            var tag = json.Name;
            if (json.Text(isItem: true, ifNot: wrong) is not { } value)
                continue;
            if (tag.Length == 0)
                json.Errors.Add("The substitution tag must be a string at least one character in length.");
            else
                substitutions[tag] = value;
        }
        if (Size(substitutions) > MostBytes)
            json.Errors.Add("The combined size of the substitutions may not exceed 10,000 bytes per personalization.");
        return substitutions;
    }

    /// <summary>Reads sections. They are content, so only the body's size limits them.</summary>
    public static IReadOnlyDictionary<string, string> ReadSections(ref JsonCursor json)
    {
        const string wrong = "The section values must be strings.";
        if (!json.EntersObject(ifNot: wrong))
            return ReadOnlyDictionary<string, string>.Empty;
        var sections = new Dictionary<string, string>();
        while (json.NextProperty())
        {
            var name = json.Name;
            if (json.Text(isItem: true, ifNot: wrong) is { } value && name.Length > 0)
                sections[name] = value;
        }
        return sections;
    }

    /// <summary>The size of the map as JSON, before escaping.</summary>
    public static int Size(IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0)
            return 0;
        var size = 1;
        foreach (var (name, value) in map)
            size += SizeOf(name, value);
        return size;
    }

    /// <summary>The size of the shared map with the overrides merged over it.</summary>
    public static int SizeMerged(IReadOnlyDictionary<string, string> shared, int sharedSize, IReadOnlyDictionary<string, string> overrides)
    {
        var size = Math.Max(sharedSize, 1);
        foreach (var (name, value) in overrides)
        {
            size += SizeOf(name, value);
            if (shared.TryGetValue(name, out var overridden))
                size -= SizeOf(name, overridden);
        }
        return size;
    }

    private static int SizeOf(string name, string value) =>
        Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value) + JsonAroundPair;
}
