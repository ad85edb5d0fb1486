using System.Collections.ObjectModel;
using System.Text;

namespace ScaiSend.Api.MailSend;

/// <summary>Reads the objects of names and texts: <c>headers</c>, <c>substitutions</c>, <c>custom_args</c>.</summary>
internal static class Pairs
{
    private const int MaxBytes = 10_000;
    private const int MaxHeaderName = 76;

    private static readonly IReadOnlyDictionary<string, string> None = ReadOnlyDictionary<string, string>.Empty;

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
        "message-id",
        "date",
        "mime-version",
        "return-path",
        "sender",
    };

    public static IReadOnlyDictionary<string, string> Headers(Field owner)
    {
        if (owner.Object("headers") is not { } headers)
            return None;
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var size = 0;
        foreach (var header in headers.Members())
        {
            var name = header.Name!;
            if (!IsFieldName(name))
                header.Fail(Texts.HeaderName);
            else if (Reserved.Contains(name))
                header.Fail(Texts.HeaderReserved);
            if (header.AsLine() is not { } value)
                continue;
            if (!pairs.TryAdd(name, value))
                header.Fail(Texts.HeaderTwice);
            size += Size(name, value);
        }
        if (size > MaxBytes)
            headers.Fail(Texts.HeadersTooLarge);
        return pairs;
    }

    /// <param name="isInHeader">Whether a key occurs in a text that becomes a header.</param>
    public static IReadOnlyDictionary<string, string> Substitutions(Field personalization, Func<string, bool> isInHeader)
    {
        if (personalization.Object("substitutions") is not { } substitutions)
            return None;
        var pairs = new Dictionary<string, string>();
        var size = 0;
        foreach (var substitution in substitutions.Members())
        {
            if (substitution.AsString() is not { } value)
                continue;
            var key = substitution.Name!;
            size += Size(key, value);
            // What is too large is refused anyway, and need not be searched for.
            if (size <= MaxBytes && !HeaderSafety.IsOneLine(value) && key.Length > 0 && isInHeader(key))
                substitution.Fail(Texts.SubstitutionLine);
            pairs[key] = value;
        }
        if (size > MaxBytes)
            substitutions.Fail(Texts.Substitutions);
        return pairs;
    }

    /// <param name="shared">The message's, which count against the same limit.</param>
    public static IReadOnlyDictionary<string, string> CustomArgs(Field owner, IReadOnlyDictionary<string, string>? shared)
    {
        if (owner.Object("custom_args") is not { } args)
            return None;
        var pairs = new Dictionary<string, string>();
        foreach (var arg in args.Members())
            if (arg.AsScalar() is { } value)
                pairs[arg.Name!] = value;
        var inherited = shared?.Where(pair => !pairs.ContainsKey(pair.Key)).Sum(pair => Size(pair.Key, pair.Value)) ?? 0;
        if (inherited + pairs.Sum(pair => Size(pair.Key, pair.Value)) > MaxBytes)
            args.Fail(Texts.CustomArgs);
        return pairs;
    }

    // RFC 5322 §3.6.8
    private static bool IsFieldName(string name) =>
        name.Length is > 0 and <= MaxHeaderName
        && !name.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !name.Contains(':', StringComparison.Ordinal);

    private static int Size(string key, string value) => Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
}
