using System.Globalization;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Dns;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Platform.Domains;

/// <summary>A key with the record that must be published for it.</summary>
public sealed record PublishedKey(StoredDkimKey Key, string Record);

/// <summary>Asks DNS for a domain's records and says of each what was expected, what is there, and what to do.</summary>
public sealed class DomainChecks(Resolver resolver, ReturnPathDomain returnPath, IOptions<DomainOptions> options)
{
    // A DMARC record may be one or two labels higher up: RFC 7489 §6.6.3 looks at the organisation's domain.
    private const int MaxParents = 2;

    /// <summary>One check for each key that is not retired, one for SPF, one for DMARC, two for a return path that is wanted; all asked at once.</summary>
    public async Task<IReadOnlyList<RecordCheck>> RunAsync(
        SenderDomain domain,
        IEnumerable<PublishedKey> keys,
        CancellationToken cancellationToken
    )
    {
        var checks = keys.Where(k => k.Key.RetiredAt is null)
            .Select(k => DkimAsync(domain.Name, k, cancellationToken))
            .Append(SpfAsync(cancellationToken))
            .Append(DmarcAsync(domain, cancellationToken));
        if (domain.WantsReturnPath)
            checks = checks
                .Append(ReturnPathAsync(domain.Name, cancellationToken))
                .Append(ReturnPathSpfAsync(domain.Name, cancellationToken));
        return await Task.WhenAll(checks);
    }

    private async Task<RecordCheck> DkimAsync(string domain, PublishedKey key, CancellationToken cancellationToken)
    {
        var host = ExpectedRecords.DkimHost(domain, key.Key.Selector);
        var answer = await resolver.TextsAsync(host, cancellationToken);
        var check = new RecordCheck(RecordCheck.Dkim, "TXT", host, key.Record, answer.Records, RecordStatus.Found, null);
        if (await AbsenceAsync(check, answer, domain, cancellationToken) is { } absent)
            return absent;
        var expected = KeyIn(key.Record)!;
        var found = answer.Records.Select(KeyIn).OfType<string>().ToList();
        return found switch
        {
            [] => Wrong(check, "There is a TXT record, but no DKIM key in it. Publish the record as it is shown, in one piece."),
            [var only] when only == expected => check,
            [""] => Wrong(check, "The record says that the key was revoked (p= is empty). Publish the record as it is shown."),
            [var only] when only.Length > 0 && expected.StartsWith(only, StringComparison.Ordinal) => Wrong(
                check,
                "The key is cut off. Values longer than 255 characters are split into several strings of one record; most providers do that by themselves when the whole value is pasted."
            ),
            [_] => Wrong(check, "The record has another key, perhaps of an earlier set-up. Replace its value with the one that is shown."),
            // RFC 6376 §3.6.2.2: what a verifier does with several is undefined.
            _ => Wrong(
                check,
                found.Contains(expected)
                    ? "There are several DKIM records at this name, so receivers may take the wrong one. Delete the others."
                    : "There are several DKIM records at this name, and none is the one that is shown. Replace them with it."
            ),
        };
    }

    private async Task<RecordCheck> SpfAsync(CancellationToken cancellationToken)
    {
        var host = returnPath.Name;
        var answer = await resolver.TextsAsync(host, cancellationToken);
        var found = answer.Records.Where(IsSpf).ToList();
        var check = new RecordCheck(RecordCheck.Spf, "TXT", host, ExpectedRecords.Spf, found, RecordStatus.Found, null);
        const string whose =
            " It belongs to the installation's own return path, so whoever runs the installation publishes it; your domain needs none.";
        return (answer.Status, found) switch
        {
            (DnsStatus.Unavailable, _) => Unknown(check),
            (_, []) => check with { Status = RecordStatus.Missing, Hint = "There is no SPF record at this name." + whose },
            (_, [var only]) when only.EndsWith("+all", StringComparison.OrdinalIgnoreCase) => Wrong(
                check,
                "The record lets everybody send (+all)." + whose
            ),
            (_, [_]) => check,
            // RFC 7208 §4.5.
            _ => Wrong(check, "There are several SPF records at this name, which counts as none." + whose),
        };
    }

    private async Task<RecordCheck> ReturnPathAsync(string domain, CancellationToken cancellationToken)
    {
        var (host, inbound) = (ExpectedRecords.ReturnPathHost(domain), options.Value.InboundHost!);
        var (answer, _) = await resolver.QueryAsync(host, QueryType.MX, r => r as MxRecord, cancellationToken);
        var found = answer.Records.Select(mx => string.Create(CultureInfo.InvariantCulture, $"{mx.Preference} {NameOf(mx)}")).ToList();
        var check = new RecordCheck(
            RecordCheck.ReturnPath,
            "MX",
            host,
            ExpectedRecords.ReturnPathMx(inbound),
            found,
            RecordStatus.Found,
            null
        );
        if (answer.Status == DnsStatus.Unavailable)
            return Unknown(check);
        if (found.Count == 0)
            return check with
            {
                Status = RecordStatus.Missing,
                Hint = "There is no MX record at this name yet. Until it is seen, the installation's own return path is used.",
            };
        return answer.Records.All(mx => NameOf(mx).Equals(inbound, StringComparison.OrdinalIgnoreCase))
            ? check
            : Wrong(check, "Reports would come to another server, and bounces would be missed. Keep the one MX record that is shown.");

        static string NameOf(MxRecord mx) => mx.Exchange.Value.TrimEnd('.');
    }

    private async Task<RecordCheck> ReturnPathSpfAsync(string domain, CancellationToken cancellationToken)
    {
        var host = ExpectedRecords.ReturnPathHost(domain);
        var answer = await resolver.TextsAsync(host, cancellationToken);
        var found = answer.Records.Where(IsSpf).ToList();
        var expected = ExpectedRecords.ReturnPathSpf(returnPath);
        var check = new RecordCheck(RecordCheck.ReturnPathSpf, "TXT", host, expected, found, RecordStatus.Found, null);
        return (answer.Status, found) switch
        {
            (DnsStatus.Unavailable, _) => Unknown(check),
            (_, []) => check with
            {
                Status = RecordStatus.Missing,
                Hint = "There is no SPF record at this name yet. Without it receivers cannot see that we may send for it.",
            },
            (_, [var only]) when Includes(only) => check,
            (_, [_]) => Wrong(
                check,
                $"The record does not have include:{returnPath.Name}, so receivers cannot see that we may send for it."
            ),
            // RFC 7208 §4.5.
            _ => Wrong(check, "There are several SPF records at this name, which counts as none. Keep one."),
        };

        bool Includes(string record) =>
            record.Split(' ').Any(term => term.TrimStart('+').Equals($"include:{returnPath.Name}", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<RecordCheck> DmarcAsync(SenderDomain domain, CancellationToken cancellationToken)
    {
        var host = ExpectedRecords.DmarcHost(domain.Name);
        var answer = await resolver.TextsAsync(host, cancellationToken);
        var found = answer.Records.Where(IsDmarc).ToList();
        var check = new RecordCheck(RecordCheck.Dmarc, "TXT", host, ExpectedRecords.Dmarc(domain), found, RecordStatus.Found, null);
        if (answer.Status == DnsStatus.Unavailable)
            return Unknown(check);
        if (found.Count > 1)
            return Wrong(check, "There are several DMARC records at this name, which counts as none (RFC 7489 §6.6.3). Keep one.");
        if (found.Count == 1)
            return PolicyIn(found[0]) is "none" or "quarantine" or "reject"
                ? check with
                {
                    Hint = DmarcAdvice(domain, found[0]),
                }
                : Wrong(check, "The record has no valid p= tag; it must be p=none, p=quarantine or p=reject.");
        foreach (var parent in MailDomain.WithParents(domain.Name).Skip(1).Take(MaxParents))
        {
            var above = await resolver.TextsAsync(ExpectedRecords.DmarcHost(parent), cancellationToken);
            if (above.Records.FirstOrDefault(IsDmarc) is { } record)
                return check with { Found = [record], Hint = $"The record of {parent} counts for this domain, too." };
        }
        return await AbsenceAsync(check, answer with { Records = found, Status = DnsStatus.NoData }, domain.Name, cancellationToken)
            ?? throw new InvalidOperationException("Nothing was found");
    }

    // Null when there is something to look at.
    private async Task<RecordCheck?> AbsenceAsync(
        RecordCheck check,
        DnsAnswer<string> answer,
        string domain,
        CancellationToken cancellationToken
    )
    {
        if (answer.Status == DnsStatus.Unavailable)
            return Unknown(check);
        if (answer.Records.Count > 0)
            return null;
        // Providers that add the zone to every name make this the most common slip.
        var twice = await resolver.TextsAsync($"{check.Host}.{domain}", cancellationToken);
        return check with
        {
            Status = RecordStatus.Missing,
            Found = twice.Records,
            Hint =
                twice.Records.Count > 0
                    ? $"The record is at {check.Host}.{domain}: your provider adds the domain by itself. Enter only the part before .{domain}."
                    : "There is no TXT record at this name yet. After you publish it, it may take as long as your zone's TTL until it is seen.",
        };
    }

    private static RecordCheck Wrong(RecordCheck check, string hint) => check with { Status = RecordStatus.Wrong, Hint = hint };

    private static RecordCheck Unknown(RecordCheck check) =>
        check with
        {
            Status = RecordStatus.Unknown,
            Hint =
                "DNS did not answer, so nothing is known. Try again in a minute; if it stays so, the domain's name servers have trouble.",
        };

    // The key of a DKIM record, "" for a revoked one; null when it is none (RFC 6376 §3.6.1: v= may be missing, p= may not).
    private static string? KeyIn(string record) =>
        TagList.Read(record) is { } tags && tags.GetValueOrDefault("v", "DKIM1") == "DKIM1" && tags.TryGetValue("p", out var key)
            ? TagList.Unfold(key)
            : null;

    private static bool IsSpf(string record) =>
        record.Equals("v=spf1", StringComparison.OrdinalIgnoreCase) || record.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase);

    // RFC 7489 §6.3: v= comes first.
    private static bool IsDmarc(string record) =>
        record.StartsWith("v=DMARC1", StringComparison.Ordinal) && TagList.Read(record)?.GetValueOrDefault("v") == "DMARC1";

    private static string? PolicyIn(string record) => TagList.Read(record)?.GetValueOrDefault("p")?.ToLowerInvariant();

    private static string? DmarcAdvice(SenderDomain domain, string record)
    {
        var policy = PolicyIn(record);
        if (policy != domain.DmarcPolicy)
            return $"The record asks for p={policy}, and p={domain.DmarcPolicy} was wanted. Both work.";
        return policy == "none"
            ? "p=none only watches. When the reports show no mail of yours that fails, go on to p=quarantine and then to p=reject."
            : null;
    }
}
