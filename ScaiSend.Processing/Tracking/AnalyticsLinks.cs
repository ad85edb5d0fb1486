using ScaiSend.Platform.Tracking;

namespace ScaiSend.Processing.Tracking;

/// <summary>Adds the parameters of Google Analytics to a link: behind its own, before its fragment, and none that it has already.</summary>
internal static class AnalyticsLinks
{
    public static string Add(string url, Analytics analytics)
    {
        var addition = Addition(url, analytics);
        return addition.Length == 0 ? url : url.Insert(QueryEnd(url), addition);
    }

    /// <summary>Adds them to a link as it stands in HTML, where nothing else changes.</summary>
    public static string AddInHtml(string raw, string url, Analytics analytics)
    {
        var addition = Addition(url, analytics);
        return addition.Length == 0 ? raw : raw.Insert(RawQueryEnd(raw), addition.Replace("&", "&amp;", StringComparison.Ordinal));
    }

    private static string Addition(string url, Analytics analytics)
    {
        var end = QueryEnd(url);
        var question = url.AsSpan(0, end).IndexOf('?');
        var query = question < 0 ? "" : url[(question + 1)..end];
        var parameters = string.Join(
            '&',
            analytics.Parameters().Where(one => !Has(query, one.Name)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}")
        );
        var joint =
            question < 0 ? "?"
            : query.Length == 0 || query.EndsWith('&') ? ""
            : "&";
        return parameters.Length == 0 ? "" : joint + parameters;
    }

    private static bool Has(string query, string name) =>
        query.Split('&').Any(parameter => parameter.Split('=')[0].Equals(name, StringComparison.OrdinalIgnoreCase));

    private static int QueryEnd(string url) => url.IndexOf('#', StringComparison.Ordinal) is var at and >= 0 ? at : url.Length;

    // The number sign of an entity, such as &#38;, begins no fragment.
    private static int RawQueryEnd(string raw)
    {
        for (var at = raw.IndexOf('#', StringComparison.Ordinal); at >= 0; at = raw.IndexOf('#', at + 1))
            if (at == 0 || raw[at - 1] != '&')
                return at;
        return raw.Length;
    }
}
