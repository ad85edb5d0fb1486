using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.Requests;

/// <summary>A request's query parameters; what is wrong is collected, so that a caller hears all of it at once. An empty one counts as absent.</summary>
/// <param name="body">Where a request takes the same fields in its body too: a parameter that is not in the query is looked for there.</param>
public sealed class QueryFields(IQueryCollection query, BodyFields? body = null)
{
    // The year 9999, less a second, so that a range can end after it.
    private const long MaxSeconds = 253402300798;

    private const int LongestInBody = 255;

    private readonly List<FieldError> _errors = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What to answer when a parameter is wrong; null when all that was read is right.</summary>
    public IResult? Refusal(HttpContext http) => body?.Refusal(http) ?? (_errors.Count > 0 ? Refusals.NotValid(http, _errors) : null);

    /// <summary>Whether anything that was read is wrong.</summary>
    public bool IsWrong => _errors.Count > 0;

    /// <summary>Notes an error of the caller's own finding.</summary>
    public void Refuse(string name, string message)
    {
        if (body is not null && !query.ContainsKey(name) && body.Has(name))
            body.Refuse(name, message);
        else
            _errors.Add(new FieldError("query", name, message, "value_error"));
    }

    /// <summary>Notes the parameters that nobody has asked for. For requests in which a slip of the pen must not widen what is meant.</summary>
    public void RefuseOthers()
    {
        foreach (var name in query.Keys.Where(name => !_known.Contains(name)))
            Refuse(name, $"is no parameter of this request; there are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        body?.RefuseOthers();
    }

    public string? Text(string name)
    {
        _known.Add(name);
        var inBody = body?.Text(name, LongestInBody) is { Length: > 0 } it ? it : null;
        if (query[name].ToString() is not { Length: > 0 } inQuery)
            return inBody;
        if (inBody is not null && inBody != inQuery)
            Refuse(name, "is given in the query and, differently, in the body");
        return inQuery;
    }

    /// <summary>One of the given words, in any case; null when absent or wrong.</summary>
    public string? OneOf(string name, IEnumerable<string> words)
    {
        if (Text(name) is not { } text)
            return null;
        var allowed = words.ToList();
        if (allowed.Contains(text, StringComparer.OrdinalIgnoreCase))
            return text;
        Refuse(name, $"must be one of {string.Join(", ", allowed)}");
        return null;
    }

    /// <summary>A whole number in a range.</summary>
    public int Number(string name, int otherwise, int min, int max)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        Refuse(name, $"must be a whole number from {min} to {max}");
        return otherwise;
    }

    /// <summary>A moment in seconds since 1970, as SendGrid's lists take them.</summary>
    public DateTimeOffset? UnixSeconds(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaxSeconds)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        Refuse(name, "must be a moment in seconds since 1970");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (bool.TryParse(text, out var flag))
            return flag;
        Refuse(name, "must be true or false");
        return null;
    }

    /// <summary>A day or a moment; the end of a range includes its day.</summary>
    public DateTimeOffset? Moment(string name, bool isEnd)
    {
        if (Text(name) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return isEnd && day == DateOnly.MaxValue
                ? DateTimeOffset.MaxValue
                : new DateTimeOffset(isEnd ? day.AddDays(1) : day, TimeOnly.MinValue, TimeSpan.Zero);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        Refuse(name, "must be a date (YYYY-MM-DD) or a moment (ISO 8601)");
        return null;
    }
}
