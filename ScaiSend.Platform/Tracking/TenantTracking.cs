using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;

namespace ScaiSend.Platform.Tracking;

/// <summary>The settings of each tenant over the instance's defaults. A change is seen after <see cref="KeepFor"/>, so that not every mail asks for them.</summary>
public sealed class TenantTracking(MailDatabase database, IOptions<TrackingOptions> options, TimeProvider time)
{
    /// <summary>How long settings are believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(5);

    private readonly TrackingSettings _defaults = options.Value.Defaults();
    private readonly KeptAnswers<Guid, TrackingSettings> _kept = new(KeepFor, time);

    public Task<TrackingSettings> OfAsync(Guid tenantId, CancellationToken cancellationToken) =>
        _kept.FindAsync(tenantId, LookUpAsync, cancellationToken);

    private async Task<TrackingSettings> LookUpAsync(Guid tenantId)
    {
        await using var db = database.For(tenantId);
        var stored = await db.TenantSettings.AsNoTracking().Select(s => s.Tracking).SingleOrDefaultAsync(CancellationToken.None);
        return _defaults.With(TrackingChanges.ReadStored(stored));
    }
}
