using System.Buffers;
using System.Globalization;
using System.Text;
using ScaiSend.Platform.Templates.Language;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>
/// Values as JavaScript treats them. A value is null (missing, or JSON's null), a string, a double, a bool, an array or a <see cref="JsObject"/>.
/// </summary>
internal static class Js
{
    // No number that means something is longer.
    private const int LongestNumber = 400;

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("0123456789+-.eE");

    /// <summary>Falsy as for <c>#if</c>: missing, false, 0, the empty text, and the empty array.</summary>
    public static bool IsFalsy(object? value) => value is null or false or 0.0 or "" or object?[] { Length: 0 } or double.NaN;

    /// <summary>What <c>#with</c> and others call empty: falsy, but for 0.</summary>
    public static bool IsEmpty(object? value) => IsFalsy(value) && value is not 0.0;

    /// <summary><c>==</c>, except that arrays and objects equal only themselves.</summary>
    public static bool AreEqual(object? a, object? b) =>
        (a, b) switch
        {
            (null, null) => true,
            (null, _) or (_, null) => false,
            (string x, string y) => x == y,
            (object?[] or JsObject, _) or (_, object?[] or JsObject) => ReferenceEquals(a, b),
            _ => Number(a) == Number(b),
        };

    /// <summary>The number that a value stands for; NaN when it stands for none.</summary>
    public static double Number(object? value) =>
        value switch
        {
            double number => number,
            bool flag => flag ? 1 : 0,
            string text => Number(text),
            _ => double.NaN,
        };

    /// <summary>The property of a value that a path names.</summary>
    public static bool TryGet(object? value, string name, out object? property)
    {
        property = null;
        switch (value)
        {
            case JsObject map:
                return map.TryGetValue(name, out property);
            case object?[] array when name == "length":
                property = (double)array.Length;
                return true;
            case object?[] array when Index(name) is { } i && i < array.Length:
                property = array[i];
                return true;
            case string text when name == "length":
                property = (double)text.Length;
                return true;
            case string text when Index(name) is { } i && i < text.Length:
                property = text[(int)i].ToString();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Appends a value as it is printed.</summary>
    public static void Print(StringBuilder text, object? value)
    {
        switch (value)
        {
            case object?[] array:
                for (var i = 0; i < array.Length; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Print(text, array[i]);
                }
                break;
            default:
                text.Append(Scalar(value));
                break;
        }
    }

    /// <summary>Anything but an array as it is printed.</summary>
    public static string Scalar(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            true => "true",
            false => "false",
            double number => JsNumber.Print(number),
            _ => "[object Object]",
        };

    /// <summary>The array index that a property's name is, as JavaScript writes one; null when it is none.</summary>
    public static uint? Index(string name) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && index != uint.MaxValue
        && (name.Length == 1 || name[0] != '0')
            ? index
            : null;

    private static double Number(string text)
    {
        var digits = text.AsSpan();
        while (digits.Length > 0 && Characters.IsSpace(digits[0]))
            digits = digits[1..];
        while (digits.Length > 0 && Characters.IsSpace(digits[^1]))
            digits = digits[..^1];
        if (digits.IsEmpty)
            return 0;
        if (digits.Length > LongestNumber || digits.ContainsAnyExcept(OfNumbers))
            return double.NaN;
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }
}
