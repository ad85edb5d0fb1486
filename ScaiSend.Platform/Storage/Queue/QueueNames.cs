using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;

namespace ScaiSend.Platform.Storage.Queue;

/// <summary>Reads what operators write: a tenant by its id or its short name, an age.</summary>
public sealed class QueueNames(MailDatabase database)
{
    /// <summary>What an age looks like, for people.</summary>
    public const string AgeForm = "a whole number and s, m, h or d, such as 90s, 30m, 2h or 3d";

    /// <summary>The tenant of <c>tnt_…</c> or of a short name; null when there is none.</summary>
    public async Task<Guid?> TenantAsync(string text, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var tenants = db.Tenants.IgnoreQueryFilters();
        var found = Ids.TryRead(Ids.Tenant, text, out var id) ? tenants.Where(t => t.Id == id) : tenants.Where(t => t.Slug == text);
        return await found.Select(t => (Guid?)t.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Reads an age; null for anything else.</summary>
    public static TimeSpan? Age(string text)
    {
        if (text.Length is < 2 or > 7 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' when number <= 36_500 => TimeSpan.FromDays(number),
            _ => null,
        };
    }
}
