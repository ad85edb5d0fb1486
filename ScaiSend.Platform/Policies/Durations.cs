using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ScaiSend.Platform.Policies;

/// <summary>Durations as operators write them: <c>90s</c>, <c>5m</c>, <c>4h</c>, <c>3d</c>, <c>1d12h</c>.</summary>
public static partial class Durations
{
    public static bool TryRead(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text) || Written().Match(text) is not { Success: true } match)
            return false;
        duration = new TimeSpan(Part(match, "d"), Part(match, "h"), Part(match, "m"), Part(match, "s"));
        return true;
    }

    public static string Show(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach (
            var (number, unit) in new[] { (duration.Days, 'd'), (duration.Hours, 'h'), (duration.Minutes, 'm'), (duration.Seconds, 's') }
        )
            if (number > 0)
                text.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static int Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true } part ? int.Parse(part.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A(?:(?<d>[0-9]{1,5})d)?(?:(?<h>[0-9]{1,6})h)?(?:(?<m>[0-9]{1,7})m)?(?:(?<s>[0-9]{1,8})s)?\z")]
    private static partial Regex Written();
}
