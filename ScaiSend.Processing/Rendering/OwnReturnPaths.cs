using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Processing.Rendering;

/// <summary>Which sender domains have a return path of their own. Answers are kept for a few seconds, because reports about mail find us by either.</summary>
public sealed class OwnReturnPaths(MailDatabase database, TimeProvider time)
{
    /// <summary>How long an answer is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(10);

    // By domain: whether it stands for its subdomains, too.
    private readonly KeptAnswers<Guid, IReadOnlyDictionary<string, bool>> _kept = new(KeepFor, time);

    /// <summary>The domain of the return path for mail from this address; null for the installation's own.</summary>
    public async ValueTask<string?> FindAsync(Guid tenantId, string sender, CancellationToken cancellationToken)
    {
        var known = await _kept.FindAsync(tenantId, LookUpAsync, cancellationToken);
        if (known.Count == 0)
            return null;
        var domain = MailDomain.Of(sender);
        var own = MailDomain
            .WithParents(domain)
            .FirstOrDefault(name => known.TryGetValue(name, out var forSubdomains) && (forSubdomains || name == domain));
        return own is null ? null : ExpectedRecords.ReturnPathHost(own);
    }

    private async Task<IReadOnlyDictionary<string, bool>> LookUpAsync(Guid tenantId)
    {
        await using var db = database.For(tenantId);
        return await db
            .SenderDomains.AsNoTracking()
            .Where(d => d.ReturnPathFrom != null && d.IsActive)
            .ToDictionaryAsync(d => d.Name, d => d.AllowsSubdomains);
    }
}
