using Microsoft.EntityFrameworkCore;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Delivery.Signing;

/// <summary>The DKIM keys of the tenants' domains, unsealed and kept for a while.</summary>
public sealed class SigningKeys(MailDatabase database, SecretBox secrets, DkimSigning signing, MailPieces pieces, TimeProvider time)
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
        var keys = await _kept.FindAsync((tenantId, mail.SigningDomain), LoadAsync, cancellationToken);
        return keys.Count == 0 ? mail with { IsSigned = true } : await signing.SignAsync(mail, keys, pieces, cancellationToken);
    }

    private async Task<IReadOnlyList<DkimKey>> LoadAsync((Guid TenantId, string Domain) question)
    {
        await using var db = database.For(question.TenantId);
        var rows = await db.DkimKeys.Where(key => key.Domain == question.Domain).OrderBy(key => key.Selector).ToListAsync();
        return
        [
            .. rows.Select(row =>
                DkimKey.FromPkcs8(
                    row.Domain,
                    row.Selector,
                    row.Algorithm == "ed25519" ? DkimAlgorithm.Ed25519Sha256 : DkimAlgorithm.RsaSha256,
                    secrets.Open(row.SealedPrivateKey)
                )
            ),
        ];
    }
}
