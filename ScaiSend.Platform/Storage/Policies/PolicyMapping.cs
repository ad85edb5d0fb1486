using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage.Policies;

/// <summary>The table of policies.</summary>
internal static class PolicyMapping
{
    public static void Map(ModelBuilder model, string mediumText) =>
        model.Entity<PolicyRevision>(e =>
        {
            e.ToTable("policy_revisions");
            e.HasKey(x => x.Number);
            e.Property(x => x.Number).ValueGeneratedNever();
            e.Property(x => x.Text).HasColumnType(mediumText);
            e.Property(x => x.Actor).HasMaxLength(255);
            e.Property(x => x.Reason).HasMaxLength(500);
        });
}
