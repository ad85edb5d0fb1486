using System.Text;
using System.Text.Json;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// Walks over a request's JSON once, forward, without building a tree. Each reading method starts at a value's first token and ends at its last;
/// a value of the wrong kind is noted and passed over. JSON null counts as absent, except in an array. Malformed JSON throws <see cref="JsonException"/>.
/// </summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> body, RequestErrors errors)
{
    /// <summary>Deeper nesting is refused.</summary>
    public const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _body = body;
    private Utf8JsonReader _json = new(body, new JsonReaderOptions { MaxDepth = MaxDepth });

    public readonly RequestErrors Errors => errors;

    /// <summary>Name of the property whose value is to be read next.</summary>
    public string Name { get; private set; } = "";

    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>Whether malformed JSON is merely one level too deep.</summary>
    public readonly bool IsTooDeep =>
        _json.CurrentDepth + (_json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0) >= MaxDepth
        && _body[(int)_json.BytesConsumed..].TrimStart(" \t\r\n,:"u8) is [(byte)'[' or (byte)'{', ..];

    public void Start() => _json.Read();

    /// <summary>Refuses anything after the root value.</summary>
    public void End() => _json.Read();

    public bool EntersObject(bool isItem = false, string? ifNot = null) => Enters(JsonTokenType.StartObject, "object", isItem, ifNot);

    public bool EntersArray(bool isItem = false, string? ifNot = null) => Enters(JsonTokenType.StartArray, "array", isItem, ifNot);

    public bool NextProperty()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            errors.Leave();
            return false;
        }
        Name = Decode();
        errors.At(Name);
        _json.Read();
        return true;
    }

    public bool NextItem()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndArray)
        {
            errors.Leave();
            return false;
        }
        errors.AtNext();
        return true;
    }

    public string? Text(bool isItem = false, string? ifNot = null)
    {
        if (_json.TokenType == JsonTokenType.String)
            return Decode();
        RefuseKind("string", isItem, ifNot);
        return null;
    }

    public bool? Flag(string ifNot)
    {
        if (_json.TokenType is JsonTokenType.True or JsonTokenType.False)
            return _json.GetBoolean();
        RefuseKind("boolean", isItem: false, ifNot);
        return null;
    }

    public long? Integer(bool isItem = false, string? ifNot = null)
    {
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value))
            return value;
        RefuseKind("integer", isItem, ifNot);
        return null;
    }

    /// <summary>The text of any scalar, as the caller wrote it; null for an object or array, which is noted and passed over.</summary>
    public string? Scalar(string ifNot)
    {
        if (_json.TokenType == JsonTokenType.String)
            return Decode();
        if (_json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return Encoding.UTF8.GetString(_json.ValueSpan);
        RefuseKind("string", isItem: true, ifNot);
        return null;
    }

    /// <summary>Decodes a base64 string; null when it is none.</summary>
    public byte[]? Base64()
    {
        try
        {
            return _json.TryGetBytesFromBase64(out var bytes) ? bytes : null;
        }
        catch (InvalidOperationException)
        {
            throw LoneSurrogate();
        }
    }

    /// <summary>An object as it is; null for anything else, which is noted and passed over.</summary>
    public JsonElement? RawObject()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            RefuseKind("object", isItem: false, ifNot: null);
            return null;
        }
        var start = ValueStart;
        Skip();
        var value = new Utf8JsonReader(_body[start..ValueEnd], new JsonReaderOptions { MaxDepth = MaxDepth });
        return JsonElement.ParseValue(ref value);
    }

    public readonly bool IsEmptyText => _json.ValueSpan.IsEmpty;

    /// <summary>Passes over a value, whatever it is.</summary>
    public void Skip()
    {
        CheckEscapes();
        if (_json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        var depth = _json.CurrentDepth;
        do
        {
            _json.Read();
            CheckEscapes();
        } while (_json.CurrentDepth > depth);
    }

    /// <summary>Where the current value begins in the body.</summary>
    public readonly int ValueStart => (int)_json.TokenStartIndex;

    /// <summary>Where the value that was read last ends in the body.</summary>
    public readonly int ValueEnd => (int)_json.BytesConsumed;

    private bool Enters(JsonTokenType start, string kind, bool isItem, string? ifNot)
    {
        if (_json.TokenType == start)
        {
            errors.Enter();
            return true;
        }
        RefuseKind(kind, isItem, ifNot);
        return false;
    }

    private void RefuseKind(string expected, bool isItem, string? ifNot)
    {
        if (_json.TokenType == JsonTokenType.Null && !isItem)
            return;
        errors.Add(ifNot ?? $"Invalid type. Expected: {expected}, given: {Kind(_json.TokenType)}.");
        Skip();
    }

    private static string Kind(JsonTokenType token) =>
        token switch
        {
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.String => "string",
            JsonTokenType.Number => "number",
            JsonTokenType.True or JsonTokenType.False => "boolean",
            _ => "null",
        };

    private void CheckEscapes()
    {
        if (_json.ValueIsEscaped)
            _ = Decode();
    }

    // A lone surrogate passes the grammar of RFC 8259 §8.2, yet is no text that could be sent.
    private readonly string Decode()
    {
        if (!_json.ValueIsEscaped)
            return _json.GetString()!;
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw LoneSurrogate();
        }
    }

    private readonly JsonException LoneSurrogate()
    {
        var before = _body[..(int)_json.TokenStartIndex];
        return new JsonException(null, null, before.Count((byte)'\n'), before.Length - before.LastIndexOf((byte)'\n') - 1);
    }
}
