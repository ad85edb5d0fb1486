namespace ScaiSend.Processing.Rendering;

/// <summary>Decides which of the caller's headers a mail carries: a personalization's header replaces the message's of the same name.</summary>
public static class CustomHeaders
{
    // RFC 5322 §3.6: at most one of each, and these are ours; trace and signature fields are written by those who relay and sign.
    private static readonly HashSet<string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        "From",
        "To",
        "Cc",
        "Bcc",
        "Subject",
        "Date",
        "Message-ID",
        "Reply-To",
        "MIME-Version",
        "Return-Path",
        "Received",
        "DKIM-Signature",
    };

    /// <summary>The headers in the order in which they were given, without those that the renderer writes itself.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Merge(
        IReadOnlyDictionary<string, string> shared,
        IReadOnlyDictionary<string, string> personal
    )
    {
        if (shared.Count + personal.Count == 0)
        {
            return [];
        }
        var merged = new OrderedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in shared.Concat(personal))
        {
            if (!IsOurs(name))
            {
                merged[name] = value;
            }
        }
        return [.. merged];
    }

    /// <summary>RFC 5322 §3.6.8 field name that leaves room for a value on its line.</summary>
    public static bool IsFieldName(string name) =>
        name.Length is > 0 and <= 76 && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains(':', StringComparison.Ordinal);

    private static bool IsOurs(string name) => Ours.Contains(name) || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
}
