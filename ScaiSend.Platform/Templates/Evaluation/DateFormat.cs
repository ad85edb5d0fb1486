using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ScaiSend.Platform.Templates.Evaluation;

/// <summary><c>formatDate moment format zone</c>, with the letters of moment.js. A moment without an offset is UTC; so is what is printed, unless a zone is given.</summary>
internal static partial class DateFormat
{
    /// <summary>Numbers from here on are milliseconds, smaller ones seconds.</summary>
    private const double Milliseconds = 1e11;

    private const int LongestMoment = 64;
    private const int LongestFormat = 1000;
    private const int LongestZone = 64;

    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>The date as text; empty for what is no moment.</summary>
    public static string Print(HelperArguments arguments)
    {
        if (Read(arguments[0]) is not { } moment)
            return "";
        var format = Js.Scalar(arguments[1]);
        if (format.Length > LongestFormat)
            throw arguments.Run.Fail(arguments.Call.At, $"The format of a date may have at most {LongestFormat} characters");
        try
        {
            return Format(arguments[2] is null or "" ? moment : Move(moment, Js.Scalar(arguments[2]), arguments), format);
        }
        catch (ArgumentOutOfRangeException)
        {
            return "";
        }
    }

    private static DateTimeOffset? Read(object? value)
    {
        if (value is double number)
            return FromEpoch(number);
        if (value is not string { Length: > 0 and <= LongestMoment } text)
            return null;
        text = text.Trim();
        if (text.All(c => char.IsAsciiDigit(c) || c is '-' or '.') && double.TryParse(text, NumberStyles.Float, English, out var epoch))
            return FromEpoch(epoch);
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        // Without a year the reader would fill in today's.
        return BeginsWithYear().IsMatch(text) && DateTimeOffset.TryParse(text, English, utc, out var moment) ? moment : null;
    }

    private static DateTimeOffset? FromEpoch(double epoch)
    {
        var milliseconds = Math.Abs(epoch) < Milliseconds ? epoch * 1000 : epoch;
        return
            milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : null;
    }

    private static DateTimeOffset Move(DateTimeOffset moment, string zone, HelperArguments arguments)
    {
        var offset = Offset().Match(zone);
        if (offset.Success)
        {
            var minutes = (int.Parse(offset.Groups[2].ValueSpan, English) * 60) + int.Parse(offset.Groups[3].ValueSpan, English);
            if (minutes <= 14 * 60)
                return moment.ToOffset(TimeSpan.FromMinutes(offset.Groups[1].Value == "-" ? -minutes : minutes));
        }
        else if (zone.Length <= LongestZone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
            return TimeZoneInfo.ConvertTime(moment, found);
        throw arguments.Run.Fail(arguments.Call.At, "The time zone is neither an offset like -0800 nor a known name like Europe/Berlin");
    }

    private static string Format(DateTimeOffset moment, string format)
    {
        var text = new StringBuilder();
        var end = 0;
        foreach (var letters in Letters().EnumerateMatches(format))
        {
            text.Append(format, end, letters.Index - end).Append(Print(moment, format.Substring(letters.Index, letters.Length)));
            end = letters.Index + letters.Length;
        }
        return text.Append(format, end, format.Length - end).ToString();
    }

    private static string Print(DateTimeOffset moment, string letters) =>
        letters switch
        {
            "YYYY" => moment.ToString("yyyy", English),
            "YY" => moment.ToString("yy", English),
            "MMMM" or "MMM" or "MM" or "HH" or "hh" or "mm" or "ss" or "dddd" or "ddd" => moment.ToString(letters, English),
            "M" => moment.Month.ToString(English),
            "DD" => moment.ToString("dd", English),
            "D" => moment.Day.ToString(English),
            "Do" => $"{moment.Day}{Ordinal(moment.Day)}",
            "H" => moment.Hour.ToString(English),
            "h" => (((moment.Hour + 11) % 12) + 1).ToString(English),
            "m" => moment.Minute.ToString(English),
            "s" => moment.Second.ToString(English),
            "SSS" => moment.ToString("fff", English),
            "A" => moment.Hour < 12 ? "AM" : "PM",
            "a" => moment.Hour < 12 ? "am" : "pm",
            "Z" => moment.ToString("zzz", English),
            "ZZ" => moment.ToString("zzz", English).Replace(":", "", StringComparison.Ordinal),
            _ => letters[1..^1],
        };

    private static string Ordinal(int day) =>
        day is 11 or 12 or 13
            ? "th"
            : (day % 10) switch
            {
                1 => "st",
                2 => "nd",
                3 => "rd",
                _ => "th",
            };

    [GeneratedRegex(@"^\d{4}-\d\d")]
    private static partial Regex BeginsWithYear();

    [GeneratedRegex(@"^([+-])(\d\d):?(\d\d)$")]
    private static partial Regex Offset();

    [GeneratedRegex(@"\[[^\]]*\]|YYYY|YY|MMMM|MMM|MM|M|Do|DD|D|dddd|ddd|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z")]
    private static partial Regex Letters();
}
