using System.Globalization;

namespace ScaiSend.Delivery.Encryption;

/// <summary>What a domain has published about its mail hosts (RFC 8461 §3.2). Kept in the cache, so it must survive JSON.</summary>
/// <param name="Mx">Names of hosts, lower-case; <c>*.example.com</c> stands for one label before example.com.</param>
public sealed record MtaStsPolicy(MtaStsMode Mode, IReadOnlyList<string> Mx, TimeSpan MaxAge)
{
    // RFC 8461 §3.2: max_age is at most a year.
    private const long LongestAge = 31_557_600;

    /// <summary>Whether the host is one of those named. RFC 8461 §4.1: a star is exactly one label.</summary>
    public bool Covers(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        foreach (var pattern in Mx)
            if (
                pattern.StartsWith("*.", StringComparison.Ordinal)
                    ? dot > 0 && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
                    : host.Equals(pattern, StringComparison.OrdinalIgnoreCase)
            )
                return true;
        return false;
    }

    /// <summary>Null when the text is no policy. RFC 8461 §3.2: unknown fields are skipped, of a repeated one the first counts.</summary>
    public static MtaStsPolicy? Read(string text)
    {
        string? version = null;
        string? mode = null;
        string? age = null;
        var hosts = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].Trim())
            {
                case "version":
                    version ??= value;
                    break;
                case "mode":
                    mode ??= value;
                    break;
                case "max_age":
                    age ??= value;
                    break;
                case "mx":
                    hosts.Add(value.TrimEnd('.').ToLowerInvariant());
                    break;
            }
        }
        if (version != "STSv1" || ModeOf(mode) is not { } known || AgeOf(age) is not { } maxAge)
            return null;
        return known == MtaStsMode.None || hosts.Count > 0 ? new MtaStsPolicy(known, hosts, maxAge) : null;
    }

    /// <summary>RFC 8461 §3.1: the id in a domain's one TXT record of that kind; null when there is no usable one.</summary>
    public static string? IdIn(IEnumerable<string> texts)
    {
        if (texts.Where(t => t.StartsWith("v=STSv1", StringComparison.Ordinal)).ToList() is not [var record])
            return null;
        foreach (var field in record.Split(';', StringSplitOptions.TrimEntries))
            if (
                field.Split('=', 2, StringSplitOptions.TrimEntries) is ["id", { Length: > 0 and <= 32 } id]
                && id.All(char.IsAsciiLetterOrDigit)
            )
                return id;
        return null;
    }

    private static MtaStsMode? ModeOf(string? mode) =>
        mode switch
        {
            "enforce" => MtaStsMode.Enforce,
            "testing" => MtaStsMode.Testing,
            "none" => MtaStsMode.None,
            _ => null,
        };

    private static TimeSpan? AgeOf(string? age) =>
        long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestAge))
            : null;
}

/// <summary>RFC 8461 §5: how seriously the domain means it.</summary>
public enum MtaStsMode
{
    None,
    Testing,
    Enforce,
}
