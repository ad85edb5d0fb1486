using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Api.Authentication;

/// <summary>Knows which domains a tenant may write in From. Answers are kept for a few seconds.</summary>
public sealed class VerifiedDomains(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(3);

    private static readonly IdnMapping Idn = new();
    private readonly KeptAnswers<(Guid TenantId, string Domain), bool> _kept = new(KeepFor, time);

    /// <summary>Whether the tenant has verified the domain of this address.</summary>
    public Task<bool> AllowAsync(Guid tenantId, string address, CancellationToken cancellationToken)
    {
        var domain = Idn.GetAscii(address[(address.LastIndexOf('@') + 1)..]).ToLowerInvariant();
        return _kept.FindAsync((tenantId, domain), LookUpAsync, cancellationToken);
    }

    private async Task<bool> LookUpAsync((Guid TenantId, string Domain) question)
    {
        await using var db = database.For(question.TenantId);
        var names = MailDomain.WithParents(question.Domain).ToList();
        return await db.SenderDomains.AnyAsync(d =>
            names.Contains(d.Name) && (d.Name == question.Domain || d.AllowsSubdomains) && d.IsActive && d.VerifiedAt != null
        );
    }
}
