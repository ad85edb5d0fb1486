using Microsoft.Extensions.Options;
using ScaiSend.Platform;
using ScaiSend.Platform.Domains;

namespace ScaiSend.Api.Domains;

/// <summary>A record that a tenant publishes for a domain.</summary>
/// <param name="IsRequired">Without it no mail is sent for the domain.</param>
/// <param name="Check">What DNS said of it last; null when it was not asked yet.</param>
public sealed record DomainRecord(string Purpose, string Type, string Host, string Value, bool IsRequired, RecordCheck? Check);

/// <summary>What a tenant publishes: a record for each key that is not over, for a return path of its own, and DMARC. Where DNS was asked, with what it said.</summary>
public sealed class DomainRecords(DomainKeys keys, ReturnPathDomain installation, IOptions<DomainOptions> options)
{
    public IEnumerable<DomainRecord> Of(DomainWithKeys it)
    {
        var checks = DomainVerification.ReadChecks(it.Domain);
        foreach (var key in it.Keys.Where(k => k.RetiredAt is null))
        {
            var host = ExpectedRecords.DkimHost(it.Domain.Name, key.Selector);
            yield return new DomainRecord(
                RecordCheck.Dkim,
                "TXT",
                host,
                keys.Publish(key).Record,
                IsRequired: true,
                checks.FirstOrDefault(c => c.Purpose == RecordCheck.Dkim && c.Host == host)
            );
        }
        if (it.Domain.WantsReturnPath)
        {
            var host = ExpectedRecords.ReturnPathHost(it.Domain.Name);
            var mx = ExpectedRecords.ReturnPathMx(options.Value.InboundHost!);
            yield return Optional(RecordCheck.ReturnPath, "MX", host, mx);
            yield return Optional(RecordCheck.ReturnPathSpf, "TXT", host, ExpectedRecords.ReturnPathSpf(installation));
        }
        yield return Optional(RecordCheck.Dmarc, "TXT", ExpectedRecords.DmarcHost(it.Domain.Name), ExpectedRecords.Dmarc(it.Domain));

        DomainRecord Optional(string purpose, string type, string host, string value) =>
            new(purpose, type, host, value, IsRequired: false, checks.FirstOrDefault(c => c.Purpose == purpose));
    }
}
