using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Platform;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Domains;

namespace ScaiSend.Delivery.Signing;

/// <summary>The DKIM keys of the tenants' domains, unsealed and kept for a while.</summary>
public sealed class SigningKeys(MailDatabase database, DomainKeys keys, DkimSigning signing, MailPieces pieces, TimeProvider time)
{
    /// <summary>How long keys are kept: a rotation is seen within this time.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(1);

    private readonly KeptAnswers<(Guid TenantId, string Domain), IReadOnlyList<DkimKey>> _kept = new(KeepFor, time);

    /// <summary>
    /// The mail with a signature by each of its domain's keys; unchanged when there is none.
    /// Throws <see cref="FileTroubleException"/> when an attachment cannot be read.
    /// </summary>
    public async Task<RenderedMail> SignAsync(Guid tenantId, RenderedMail mail, CancellationToken cancellationToken)
    {
        var known = await _kept.FindAsync((tenantId, mail.SigningDomain), LoadAsync, cancellationToken);
        return known.Count == 0 ? mail with { IsSigned = true } : await signing.SignAsync(mail, known, pieces, cancellationToken);
    }

    // Those of the domain itself, or else of the nearest domain above it that stands for its subdomains.
    private async Task<IReadOnlyList<DkimKey>> LoadAsync((Guid TenantId, string Domain) question)
    {
        await using var db = database.For(question.TenantId);
        var names = MailDomain.WithParents(question.Domain).ToList();
        var above = await db
            .SenderDomains.AsNoTracking()
            .Where(d => names.Contains(d.Name) && d.AllowsSubdomains)
            .Select(d => d.Name)
            .ToListAsync();
        var rows = (await db.DkimKeys.AsNoTracking().Where(k => names.Contains(k.Domain) && k.UsedFrom != null).ToListAsync()).ToLookup(k =>
            k.Domain
        );
        var nearest = names.FirstOrDefault(name => (name == question.Domain || above.Contains(name)) && rows[name].Any());
        return nearest is null ? [] : [.. InUse(rows[nearest]).OrderBy(key => key.Selector, StringComparer.Ordinal).Select(keys.Open)];
    }

    // Of a domain that was deleted, mail may still be under way; the keys that signed last sign it, too.
    private static IEnumerable<StoredDkimKey> InUse(IEnumerable<StoredDkimKey> keys) =>
        keys.GroupBy(key => key.RetiredAt).OrderByDescending(group => group.Key ?? DateTimeOffset.MaxValue).First();
}
