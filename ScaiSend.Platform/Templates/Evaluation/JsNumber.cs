using System.Globalization;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary>Prints numbers as JavaScript does: 1.5, 100, 1e+21, 1e-7.</summary>
internal static class JsNumber
{
    public static string Print(double number)
    {
        if (double.IsNaN(number))
            return "NaN";
        if (double.IsInfinity(number))
            return number > 0 ? "Infinity" : "-Infinity";
        if (Math.Abs(number) < 1e15 && Math.Truncate(number) == number)
            return ((long)number).ToString(CultureInfo.InvariantCulture);
        var (digits, point) = Digits(Math.Abs(number));
        return (number < 0 ? "-" : "") + Lay(digits, point);
    }

    // The shortest digits that give the number back, and where the point stands in them.
    private static (string Digits, int Point) Digits(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = e < 0 ? text : text[..e];
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        return (digits.TrimEnd('0'), point - (all.Length - digits.Length));
    }

    // ECMA-262, Number::toString.
    private static string Lay(string digits, int point)
    {
        if (digits.Length <= point && point <= 21)
            return digits.PadRight(point, '0');
        if (point is > 0 and <= 21)
            return $"{digits[..point]}.{digits[point..]}";
        if (point is > -6 and <= 0)
            return $"0.{new string('0', -point)}{digits}";
        var exponent = (point - 1).ToString("+0;-0", CultureInfo.InvariantCulture);
        return digits.Length == 1 ? $"{digits}e{exponent}" : $"{digits[0]}.{digits[1..]}e{exponent}";
    }
}
