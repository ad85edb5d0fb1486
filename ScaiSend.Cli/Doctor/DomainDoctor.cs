using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts;
using ScaiSend.Platform.Dns;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Cli.Doctor;

/// <summary>Looks at a sender domain: whose it is, and whether DNS has its records. It changes nothing.</summary>
internal sealed class DomainDoctor(MailDatabase database, DomainChecks checks, DomainKeys keys, DoctorDns dns)
{
    /// <param name="tenantId">Only this tenant's domain; null for all who have one of this name.</param>
    public async Task<IReadOnlyList<Finding>> LookAsync(string name, Guid? tenantId, CancellationToken cancellationToken)
    {
        // The domain may be several tenants'; which ones is the question.
        await using var db = database.ForPlatform();
        var found = await db
            .SenderDomains.IgnoreQueryFilters()
            .AsNoTracking()
            .Where(d => d.Name == name && (tenantId == null || d.TenantId == tenantId))
            .OrderBy(d => d.CreatedAt)
            .ToListAsync(cancellationToken);
        if (found.Count == 0)
            return
            [
                new Finding(
                    $"sender domain {name}",
                    Health.Bad,
                    Hint: "No tenant has added it: POST /api/admin/domains, and publish the records of the answer. Mail from it is refused."
                ),
                .. await MailServersAsync(name, cancellationToken),
            ];
        var findings = new List<Finding>();
        foreach (var domain in found)
        {
            var itsKeys = await db
                .DkimKeys.IgnoreQueryFilters()
                .AsNoTracking()
                .Where(k => k.TenantId == domain.TenantId && k.Domain == name)
                .OrderBy(k => k.Selector)
                .ToListAsync(cancellationToken);
            findings.Add(State(domain));
            findings.AddRange((await checks.RunAsync(domain, itsKeys.Select(keys.Publish), cancellationToken)).Select(Of));
        }
        return [.. findings, .. await MailServersAsync(name, cancellationToken)];
    }

    private static Finding State(SenderDomain domain)
    {
        var what = $"sender domain {domain.Name} of {Ids.Show(Ids.Tenant, domain.TenantId)}";
        return domain switch
        {
            { IsActive: false } => new Finding(
                what,
                Health.Bad,
                Found: "switched off",
                Hint: "Mail from it is refused. Switch it on with PATCH is_active."
            ),
            { VerifiedAt: null } => new Finding(
                what,
                Health.Bad,
                Found: "not verified",
                Hint: "Mail from it is refused until its DKIM record is seen; POST …/verify looks now."
            ),
            { IsTrusted: true } => new Finding(what, Health.Good, Found: "trusted by the installation; DNS is not asked"),
            { BrokenSince: { } since } => new Finding(
                what,
                Health.Bad,
                Found: $"its DKIM record is broken since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC",
                Hint: "Mail is still accepted for the grace of Domains:Grace. Repair the record."
            ),
            _ => new Finding(what, Health.Good, Found: "verified"),
        };
    }

    // DKIM decides, the others help (Decision 9).
    private static Finding Of(RecordCheck check) =>
        new(
            $"{check.Purpose.ToUpperInvariant().Replace('_', ' ')} {check.Host}",
            check.Status switch
            {
                RecordStatus.Found => Health.Good,
                RecordStatus.Unknown => Health.Unknown,
                _ => check.Purpose == RecordCheck.Dkim ? Health.Bad : Health.Doubtful,
            },
            check.Expected,
            check.Found.Count > 0 ? string.Join(" | ", check.Found) : null,
            check.Hint
        );

    // Receivers distrust senders who cannot be answered.
    private async Task<IReadOnlyList<Finding>> MailServersAsync(string name, CancellationToken cancellationToken)
    {
        var servers = await dns.MailServersAsync(name, cancellationToken);
        var what = $"MX {name}";
        if (servers.Status == DnsStatus.Unavailable)
            return [new Finding(what, Health.Unknown, Hint: "DNS did not answer.")];
        if (servers.Records.Count > 0)
            return [new Finding(what, Health.Good, Found: string.Join(" | ", servers.Records.Select(mx => $"{mx.Preference} {mx.Host}")))];
        return
        [
            new Finding(
                what,
                Health.Doubtful,
                Hint: "The domain takes no mail, so nobody can answer and some receivers distrust what comes from it. Publish an MX record."
            ),
        ];
    }
}
