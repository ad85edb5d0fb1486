using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Domains;
using ScaiSend.Contracts;
using ScaiSend.Platform;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Sender domains, which exist in the documented dialect only: <c>{"data":…}</c>, and a flat answer to a verification.</summary>
public sealed class DomainShape(DomainRecords records, ReturnPathDomain installation, IOptions<DomainOptions> options)
{
    public IResult List(IReadOnlyList<DomainWithKeys> domains, int total, int page, int pageSize) =>
        Results.Json(
            new
            {
                data = domains.Select(Fields),
                total,
                page,
                page_size = pageSize,
            }
        );

    public IResult Show(DomainWithKeys domain, int statusCode = StatusCodes.Status200OK) =>
        Results.Json(new { data = Fields(domain) }, statusCode: statusCode);

    /// <summary>The domain, or that there is none.</summary>
    public IResult Show(HttpContext http, string id, DomainWithKeys? domain) => domain is null ? NotFound(http, id) : Show(domain);

    public static IResult NotFound(HttpContext http, string id) => Refusals.NotFound(http, "Domain", id);

    /// <summary>What a verification found. <c>errors</c> are the hints about what keeps the domain from being verified; SPF and DMARC never do.</summary>
    public static IResult Verified(SenderDomain domain)
    {
        var checks = DomainVerification.ReadChecks(domain);
        var dkim = checks.Where(c => c.Purpose == RecordCheck.Dkim).ToList();
        return Results.Json(
            new
            {
                domain = domain.Name,
                verified = domain.VerifiedAt is not null,
                dkim_verified = dkim.Exists(c => c.Status == RecordStatus.Found),
                spf_verified = checks.Any(c => c is { Purpose: RecordCheck.Spf, Status: RecordStatus.Found }),
                dmarc_verified = checks.Any(c => c is { Purpose: RecordCheck.Dmarc, Status: RecordStatus.Found }),
                errors = dkim.Where(c => c.Status != RecordStatus.Found).Select(c => $"{c.Host}: {c.Hint}"),
                checks = checks.Select(Check),
            }
        );
    }

    public static IResult Events(IReadOnlyList<DomainEvent> events) =>
        Results.Json(
            new
            {
                data = events.Select(e => new
                {
                    type = e.Type,
                    detail = e.Detail,
                    at = e.At,
                }),
            }
        );

    private object Fields(DomainWithKeys it)
    {
        var domain = it.Domain;
        return new
        {
            id = Ids.Show(Ids.Domain, domain.Id),
            domain = domain.Name,
            is_active = domain.IsActive,
            verified = domain.VerifiedAt is not null,
            verified_at = domain.VerifiedAt,
            trusted = domain.IsTrusted,
            broken_since = domain.BrokenSince,
            allow_subdomains = domain.AllowsSubdomains,
            custom_return_path = domain.WantsReturnPath,
            return_path = domain.ReturnPathFrom is null ? installation.Name : ExpectedRecords.ReturnPathHost(domain.Name),
            dmarc_policy = domain.DmarcPolicy,
            dmarc_rua_email = domain.DmarcReports,
            created_at = domain.CreatedAt,
            checked_at = domain.Checks is null ? null : domain.CheckedAt,
            dns_records = records.Of(it).Select(Record),
            keys = it.Keys.Select(Key),
        };
    }

    private static object Record(DomainRecord record) =>
        new
        {
            purpose = record.Purpose,
            type = record.Type,
            host = record.Host,
            value = record.Value,
            required = record.IsRequired,
            status = Word(record.Check?.Status),
            hint = record.Check?.Hint,
        };

    private object Key(StoredDkimKey key) =>
        new
        {
            selector = key.Selector,
            algorithm = key.Algorithm,
            state = key.RetiredAt is not null ? "retired"
            : key.UsedFrom is not null ? "in_use"
            : "waiting_for_record",
            created_at = key.CreatedAt,
            used_from = key.UsedFrom,
            retired_at = key.RetiredAt,
            keep_record_until = key.RetiredAt + options.Value.KeepRetiredKeys,
        };

    private static object Check(RecordCheck check) =>
        new
        {
            purpose = check.Purpose,
            type = check.Type,
            host = check.Host,
            expected = check.Expected,
            found = check.Found,
            status = Word(check.Status),
            hint = check.Hint,
        };

    // Null: DNS was not asked yet.
    private static string? Word(RecordStatus? status) => status?.ToString().ToLowerInvariant();
}
