using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Requests;

/// <summary>
/// The JSON object in a request's body, read field by field; what is wrong is collected, so that a caller hears all of it at once.
/// For every endpoint but mail send, which reads its own large bodies. JSON null counts as absent. The content type is not looked at,
/// because clients send bodies with none and none with JSON's.
/// </summary>
public sealed class BodyFields
{
    private readonly List<FieldError> _errors = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly JsonElement _body;
    private IResult? _refusal;

    private BodyFields(JsonElement body) => _body = body;

    /// <summary>The whole object; of kind Undefined when there is none.</summary>
    public JsonElement Root => _body;

    /// <summary>Reads the body. An empty one is an object without fields.</summary>
    /// <param name="maxBytes">A larger body is refused with 413.</param>
    public static async Task<BodyFields> ReadAsync(HttpContext http, int maxBytes, CancellationToken cancellationToken)
    {
        var bytes = await LimitedBody.ReadAsync(http.Request, maxBytes, cancellationToken);
        if (bytes is null)
            return Refuse(http, StatusCodes.Status413PayloadTooLarge, $"The body may not be larger than {maxBytes} bytes");
        if (bytes.Length == 0)
            return new BodyFields(default);
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new BodyFields(document.RootElement.Clone())
                : Refuse(http, StatusCodes.Status400BadRequest, "The body must be a JSON object");
        }
        catch (JsonException error)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}");
            return Refuse(http, StatusCodes.Status400BadRequest, $"The body is not valid JSON, at {place}");
        }
    }

    /// <summary>An object that did not come as a body, such as a form: read by the same rules.</summary>
    public static BodyFields Of(JsonElement root) => new(root);

    /// <summary>What is wrong so far.</summary>
    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>What to answer when the body or any field is wrong; null when all that was read is right.</summary>
    public IResult? Refusal(HttpContext http) => _refusal ?? (_errors.Count > 0 ? Refusals.NotValid(http, _errors) : null);

    /// <summary>Notes an error of the caller's own finding.</summary>
    public void Refuse(string name, string message, string type = "value_error") =>
        _errors.Add(new FieldError("body", name, message, type));

    /// <summary>Notes the fields that nobody has asked for. For requests in which a slip of the pen must not widen what is done.</summary>
    public void RefuseOthers()
    {
        if (_body.ValueKind != JsonValueKind.Object)
            return;
        foreach (var field in _body.EnumerateObject().Where(field => !_known.Contains(field.Name)))
            Refuse(field.Name, $"is no field of this request; there are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
    }

    /// <summary>Whether the field was given, and not as null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text of so many characters that must be there; empty, and noted, when it is not.</summary>
    public string Required(string name, int max, int min = 1)
    {
        if (!Has(name))
            Refuse(name, "Field required", "missing");
        return Text(name, max, min) ?? "";
    }

    /// <summary>A text of so many characters; null when absent or wrong.</summary>
    public string? Text(string name, int max, int min = 0)
    {
        if (Find(name) is not { } value)
            return null;
        if (TextOf(name, value) is not { } text)
            return null;
        if (text.Length >= min && text.Length <= max)
            return text;
        Refuse(name, text.Length < min ? $"must have at least {min} characters" : $"must have at most {max} characters");
        return null;
    }

    /// <summary>A name that people are shown; null when absent or wrong.</summary>
    public string? Name(string name, int max)
    {
        if (Text(name, max, min: 1) is not { } text)
            return null;
        if (ShownName.Allows(text))
            return text;
        Refuse(name, ShownName.Form);
        return null;
    }

    /// <summary>The same, which must be there; empty, and noted, when it is not.</summary>
    public string RequiredName(string name, int max)
    {
        if (!Has(name))
            Refuse(name, "Field required", "missing");
        return Name(name, max) ?? "";
    }

    /// <summary>One of the given words; null when absent or wrong.</summary>
    public string? OneOf(string name, params string[] words)
    {
        if (Text(name, int.MaxValue) is not { } text)
            return null;
        if (words.Contains(text))
            return text;
        Refuse(name, $"must be one of {string.Join(", ", words)}");
        return null;
    }

    /// <summary>A boolean; 0 and 1 count too, because SendGrid's <c>active</c> is a number.</summary>
    public bool? Flag(string name)
    {
        switch (Find(name))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.True }:
                return true;
            case { ValueKind: JsonValueKind.False }:
                return false;
            case { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var digit) && digit is 0 or 1:
                return number.GetInt32() == 1;
            default:
                Refuse(name, "must be true or false", "type_error");
                return null;
        }
    }

    /// <summary>A whole number in a range.</summary>
    public int Number(string name, int otherwise, int min, int max)
    {
        if (Find(name) is not { } value)
            return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        Refuse(name, $"must be a whole number from {min} to {max}", value.ValueKind == JsonValueKind.Number ? "value_error" : "type_error");
        return otherwise;
    }

    /// <summary>A whole number in a range; null when absent or wrong.</summary>
    public int? Number(string name, int min, int max)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        Refuse(name, $"must be a whole number from {min} to {max}", value.ValueKind == JsonValueKind.Number ? "value_error" : "type_error");
        return null;
    }

    /// <summary>An array of texts; null when absent or wrong.</summary>
    public IReadOnlyList<string>? Texts(string name, int maxItems)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse(name, "must be an array of strings", "type_error");
            return null;
        }
        if (value.GetArrayLength() > maxItems)
        {
            Refuse(name, $"must have at most {maxItems} items");
            return null;
        }
        var texts = value
            .EnumerateArray()
            .Select((item, i) => TextOf(string.Create(CultureInfo.InvariantCulture, $"{name}.{i}"), item))
            .ToList();
        return texts.Contains(null) ? null : [.. texts.OfType<string>()];
    }

    /// <summary>A moment in ISO 8601; null when absent or wrong.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (Text(name, 64) is not { } text)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment.ToUniversalTime();
        Refuse(name, "must be a moment in ISO 8601, such as 2027-01-31T12:00:00Z");
        return null;
    }

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return _body.ValueKind == JsonValueKind.Object && _body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
    }

    private string? TextOf(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, "must be a string", "type_error");
            return null;
        }
        try
        {
            return value.GetString();
        }
        // A lone surrogate passes the grammar, yet is no text.
        catch (InvalidOperationException)
        {
            Refuse(name, "must be valid Unicode", "value_error");
            return null;
        }
    }

    private static BodyFields Refuse(HttpContext http, int statusCode, string reason) =>
        new(default) { _refusal = Refusals.Because(http, statusCode, reason) };
}
