using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Admin;
using ScaiSend.Api.Console.Session;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Audit;

/// <summary>Which entries of the audit log are looked for. What cannot be understood is left out, and <see cref="Trouble"/> says so.</summary>
/// <param name="Actor">The whole name.</param>
/// <param name="Target">A part of what it was about, such as an id or a domain.</param>
/// <param name="Tenant">The id or the short name; empty for all that he sees.</param>
/// <param name="Since">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="Before">The last entry of the page before.</param>
public sealed record AuditQuery(
    string Actor,
    string? Action,
    string Target,
    string Tenant,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    Guid? Before,
    string? Trouble
)
{
    private const int MaxText = 255;
    private const string AllTenants = "*";

    /// <summary>What is looked for; staff that looks at a tenant sees that one's unless it says otherwise.</summary>
    public static AuditQuery Read(IQueryCollection query, Visitor visitor)
    {
        string? trouble = null;
        var tenant =
            query.ContainsKey("tenant") ? Cut("tenant")
            : visitor.Look is { } look ? Ids.Show(Ids.Tenant, look.TenantId)
            : "";
        var action = Cut("action");
        return new AuditQuery(
            Cut("actor"),
            AuditLog.Actions.Contains(action) ? action : null,
            Cut("target"),
            tenant == AllTenants ? "" : tenant,
            Day("since"),
            Day("until"),
            Ids.TryRead(AdminShape.AuditId, query["before"], out var before) ? before : null,
            trouble
        );

        string Cut(string name) => query[name].ToString().Trim() is var text && text.Length > MaxText ? text[..MaxText] : text;

        DateTimeOffset? Day(string name)
        {
            if (Cut(name) is not { Length: > 0 } written)
                return null;
            if (
                DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day < DateOnly.MaxValue
            )
                return new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            trouble = $"“{written}” is no day; write it as 2026-12-31.";
            return null;
        }
    }

    /// <summary>Whether anything but the tenant narrows the list.</summary>
    public bool IsNarrowed => Actor.Length > 0 || Action is not null || Target.Length > 0 || Since is not null || Until is not null;

    /// <summary>The same entries from another place.</summary>
    /// <param name="before">Null: the newest.</param>
    public string Link(Guid? before)
    {
        var fields = ((string Name, string? Value)[])
            [
                ("actor", Actor),
                ("action", Action),
                ("target", Target),
                ("tenant", Tenant.Length > 0 ? Tenant : AllTenants),
                ("since", Show(Since)),
                ("until", Show(Until)),
                ("before", before is { } id ? Ids.Show(AdminShape.AuditId, id) : null),
            ];
        var given = fields.Where(field => field.Value is { Length: > 0 });
        return $"audit?{string.Join('&', given.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}"))}";
    }

    /// <summary>A day as it is written.</summary>
    public static string? Show(DateTimeOffset? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
