using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Api.ScaiKey;

/// <summary>Unique short names for what comes from ScaiKey, in the form that tenants added here have, too.</summary>
internal static class ShortNames
{
    private const int Longest = 64;

    /// <summary>ScaiKey's own short name when it may be one here, else one made of the name.</summary>
    public static string From(string? slug, string name)
    {
        if (slug is not null && TenantTable.IsSlug(slug))
            return slug;
        var made = new StringBuilder();
        // Letters with accents come apart into a letter and its accent.
        foreach (var c in name.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(c) || (char.IsAsciiDigit(c) && made.Length > 0))
                made.Append(c);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && made is [.., not '-'])
                made.Append('-');
        }
        var text = made.ToString(0, Math.Min(made.Length, Longest)).Trim('-');
        return text.Length > 0 ? text : "unnamed";
    }

    /// <summary>The wanted one, or with a number behind it the first that nobody has.</summary>
    public static async Task<string> FreeAsync(string wanted, Func<string, Task<bool>> isTaken)
    {
        var slug = wanted;
        for (var number = 2; await isTaken(slug); number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{number}");
            slug = wanted[..Math.Min(wanted.Length, Longest - suffix.Length)] + suffix;
        }
        return slug;
    }

    /// <summary>Whether a tenant has the short name.</summary>
    public static Task<bool> IsTenantsAsync(MailDb db, string slug, CancellationToken cancellationToken) =>
        db.Tenants.IgnoreQueryFilters().AnyAsync(t => t.Slug == slug, cancellationToken);

    /// <summary>Whether a partner has the short name.</summary>
    public static Task<bool> IsPartnersAsync(MailDb db, string slug, CancellationToken cancellationToken) =>
        db.Partners.AnyAsync(p => p.Slug == slug, cancellationToken);
}
