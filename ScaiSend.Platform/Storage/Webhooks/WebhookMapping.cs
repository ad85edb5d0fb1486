using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage.Webhooks;

/// <summary>The tables of webhooks.</summary>
internal static class WebhookMapping
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<WebhookEndpoint>(e =>
        {
            e.ToTable("webhook_endpoints");
            e.Property(x => x.Url).HasMaxLength(2048);
            e.Property(x => x.Events).HasMaxLength(255);
            e.Property(x => x.FriendlyName).HasMaxLength(255);
            e.Property(x => x.SealedSecret).HasMaxLength(512);
            e.Property(x => x.SealedPreviousSecret).HasMaxLength(512);
            e.Property(x => x.OAuthClientId).HasMaxLength(255);
            e.Property(x => x.SealedOAuthSecret).HasMaxLength(2048);
            e.Property(x => x.OAuthTokenUrl).HasMaxLength(2048);
            e.HasIndex(x => new { x.TenantId, x.Kind });
        });
        model.Entity<WebhookRevision>(e => e.ToTable("webhook_revisions"));
        model.Entity<WebhookDelivery>(e =>
        {
            e.ToTable("webhook_deliveries");
            e.HasKey(x => new
            {
                x.EndpointId,
                x.Lane,
                x.Position,
            });
            // Which endpoints have something due, and what.
            e.HasIndex(x => new
            {
                x.State,
                x.EndpointId,
                x.DueAt,
            });
        });
        model.Entity<WebhookPost>(e =>
        {
            e.ToTable("webhook_posts");
            e.Property(x => x.Error).HasMaxLength(255);
            e.Property(x => x.Answer).HasMaxLength(1024);
            e.HasIndex(x => new { x.EndpointId, x.Id });
        });
    }
}
