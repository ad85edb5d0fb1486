namespace ScaiSend.Platform.Domains;

/// <summary>Reads tag lists such as <c>v=DKIM1; k=rsa; p=…</c> (RFC 6376 §3.2); DMARC records have the same form (RFC 7489 §6.4).</summary>
public static class TagList
{
    /// <summary>The tags in small letters with their values; null when the text is no tag list. Of a tag that comes twice, which is an error, the first counts.</summary>
    public static IReadOnlyDictionary<string, string>? Read(string text)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var value])
                return null;
            tags.TryAdd(name.ToLowerInvariant(), value);
        }
        return tags;
    }

    /// <summary>A value without the white space that may stand anywhere in it (RFC 6376 §3.6.1: base64 may be folded).</summary>
    public static string Unfold(string value) => string.Concat(value.Where(c => !char.IsWhiteSpace(c)));
}
