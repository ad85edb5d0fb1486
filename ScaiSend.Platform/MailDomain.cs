using System.Globalization;
using System.Text;

namespace ScaiSend.Platform;

/// <summary>The domain of an address in the one spelling by which domains are compared: A-labels and small letters.</summary>
public static class MailDomain
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false };
    private static readonly IdnMapping StrictIdn = new() { UseStd3AsciiRules = true };

    /// <summary>What follows the last at sign; a text without one is all domain.</summary>
    public static string Of(string address) => Spell(address[(address.LastIndexOf('@') + 1)..]);

    /// <summary>A domain as mail carries it: A-labels where it is not ASCII (RFC 5891 §4), the letter case as it is; null for what is no name.</summary>
    public static string? ALabels(string domain)
    {
        if (Ascii.IsValid(domain))
            return domain;
        try
        {
            return StrictIdn.GetAscii(domain);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The domain and the ones above it, the nearest first, down to two labels: a top-level domain is nobody's.</summary>
    public static IEnumerable<string> WithParents(string domain)
    {
        yield return domain;
        for (var dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.IndexOf('.', StringComparison.Ordinal))
        {
            domain = domain[(dot + 1)..];
            if (!domain.Contains('.', StringComparison.Ordinal))
                yield break;
            yield return domain;
        }
    }

    /// <summary>A domain so spelled; what is no name is only put into small letters.</summary>
    public static string Spell(string domain)
    {
        if (Ascii.IsValid(domain))
            return domain.ToLowerInvariant();
        try
        {
            return Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain.ToLowerInvariant();
        }
    }
}
