using System.Text.Json;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>An object of the data. Its keys come in JavaScript's order: whole numbers by size, then the others as written.</summary>
internal sealed class JsObject
{
    private readonly OrderedDictionary<string, object?> _properties = [];

    public int Count => _properties.Count;

    public KeyValuePair<string, object?> this[int index] => _properties.GetAt(index);

    public bool TryGetValue(string name, out object? value) => _properties.TryGetValue(name, out value);

    /// <summary>Adds a property at the end unless there is one of this name.</summary>
    public void AddMissing(string name, object? value) => _properties.TryAdd(name, value);

    /// <summary>JSON as values. Text that is no Unicode throws <see cref="InvalidOperationException"/>.</summary>
    public static object? Read(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => ReadObject(json),
            JsonValueKind.Array => json.EnumerateArray().Select(Read).ToArray(),
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number => json.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    private static JsObject ReadObject(JsonElement json)
    {
        var read = new JsObject();
        List<(uint Index, string Name, object? Value)>? indices = null;
        foreach (var property in json.EnumerateObject())
        {
            var (name, value) = (property.Name, Read(property.Value));
            if (Js.Index(name) is { } index)
                (indices ??= []).Add((index, name, value));
            else
                read._properties[name] = value;
        }
        if (indices is null)
            return read;
        var rest = read._properties.ToArray();
        read._properties.Clear();
        foreach (var (_, name, value) in indices.OrderBy(i => i.Index))
            read._properties[name] = value;
        foreach (var (name, value) in rest)
            read._properties[name] = value;
        return read;
    }
}
