using System.Text.Json;

namespace ScaiSend.Api.MailSend;

/// <summary>
/// A place in the request: its value, and its path for the errors found there. A member that is null counts as absent.
/// A reading method answers null when the member is absent or wrong, and has said so when that is a mistake.
/// </summary>
internal sealed class Field(JsonElement element, ErrorList errors, Field? parent = null, string? name = null, int index = -1)
{
    public string? Name => name;

    public string RawText => element.GetRawText();

    public bool IsEmptyString => element.ValueKind == JsonValueKind.String && element.ValueEquals(""u8);

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    public bool IsTrue => element.ValueKind == JsonValueKind.True;

    public int Length => element.GetArrayLength();

    public string? Path
    {
        get
        {
            if (parent is null)
                return null;
            var own = name ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return parent.Path is { } path ? $"{path}.{own}" : own;
        }
    }

    public void Fail(string message) => errors.Add(message, Path);

    /// <summary>An error about a member, which need not exist.</summary>
    public void Fail(string member, string message) => new Field(default, errors, this, member).Fail(message);

    public Field? Member(string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null
            ? new Field(value, errors, this, member)
            : null;

    public IEnumerable<Field> Items()
    {
        var position = 0;
        foreach (var item in element.EnumerateArray())
            yield return new Field(item, errors, this, index: position++);
    }

    public IEnumerable<Field> Members()
    {
        foreach (var member in element.EnumerateObject())
            yield return new Field(member.Value, errors, this, member.Name);
    }

    public Field? Object(string member, string? required = null) => Required(member, required)?.AsObject();

    public Field? Array(string member, string? required = null) => Required(member, required)?.As(JsonValueKind.Array, "array");

    public string? String(string member, string? required = null, int max = int.MaxValue) =>
        Required(member, required)?.AsString(required, max);

    /// <summary>A string that reaches a header or the envelope.</summary>
    public string? Line(string member, string? required = null, int max = int.MaxValue) =>
        Required(member, required)?.AsLine(required, max);

    /// <summary>The place of a string that is not to be decoded as text.</summary>
    public Field? Text(string member, string required)
    {
        var field = Required(member, required)?.As(JsonValueKind.String, "string");
        if (field is not { IsEmptyString: true })
            return field;
        field.Fail(required);
        return null;
    }

    public long? Integer(string member) => Member(member)?.AsInteger();

    public bool? Boolean(string member) => Member(member)?.AsBoolean();

    public Field? AsObject() => As(JsonValueKind.Object, "object");

    public bool? AsBoolean()
    {
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.ValueKind == JsonValueKind.True;
        FailType("boolean");
        return null;
    }

    public long? AsInteger()
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value))
            return value;
        FailType("integer");
        return null;
    }

    /// <param name="notEmpty">What to say when the string is empty; null allows it.</param>
    public string? AsString(string? notEmpty = null, int max = int.MaxValue)
    {
        if (As(JsonValueKind.String, "string") is null)
            return null;
        var text = element.GetString()!;
        if (text.Length == 0 && notEmpty is not null)
            Fail(notEmpty);
        else if (text.Length > max)
            Fail($"The value cannot be longer than {max} characters.");
        else
            return text;
        return null;
    }

    /// <inheritdoc cref="AsString"/>
    public string? AsLine(string? notEmpty = null, int max = int.MaxValue)
    {
        var text = AsString(notEmpty, max);
        if (text is null || HeaderSafety.IsOneLine(text))
            return text;
        Fail(HeaderSafety.Refusal);
        return null;
    }

    /// <summary>A string, number or boolean as text.</summary>
    public string? AsScalar()
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return element.GetRawText();
            case JsonValueKind.Null:
                return null;
            default:
                FailType("string");
                return null;
        }
    }

    public bool TryDecodeBase64(out byte[] bytes) => element.TryGetBytesFromBase64(out bytes!);

    private Field? Required(string member, string? required)
    {
        var field = Member(member);
        if (field is null && required is not null)
            Fail(member, required);
        return field;
    }

    private Field? As(JsonValueKind kind, string expected)
    {
        if (element.ValueKind == kind)
            return this;
        FailType(expected);
        return null;
    }

    private void FailType(string expected) => Fail($"Invalid type. Expected: {expected}, given: {GivenType()}.");

    private string GivenType() =>
        element.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => element.TryGetInt64(out _) ? "integer" : "number",
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            _ => "null",
        };
}
