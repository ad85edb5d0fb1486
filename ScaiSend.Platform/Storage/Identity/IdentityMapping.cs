using Microsoft.EntityFrameworkCore;
using ScaiSend.Platform.Storage.Tenants;

namespace ScaiSend.Platform.Storage.Identity;

/// <summary>The tables of partners, users, their roles and groups, and of what is mirrored from ScaiKey.</summary>
internal static class IdentityMapping
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<Partner>(e =>
        {
            e.ToTable("partners");
            e.Property(x => x.ExternalId).HasMaxLength(64);
            e.Property(x => x.Name).HasMaxLength(255);
            e.Property(x => x.Slug).HasMaxLength(64);
            e.HasIndex(x => x.ExternalId).IsUnique();
            e.HasIndex(x => x.Slug).IsUnique();
        });
        model.Entity<User>(e =>
        {
            e.ToTable("users");
            e.Property(x => x.ExternalId).HasMaxLength(64);
            e.Property(x => x.Email).HasMaxLength(320);
            e.Property(x => x.Login).HasMaxLength(320);
            e.Property(x => x.FirstName).HasMaxLength(255);
            e.Property(x => x.LastName).HasMaxLength(255);
            e.Property(x => x.DisplayName).HasMaxLength(255);
            e.Property(x => x.Rank).HasConversion<string>().HasMaxLength(16);
            e.Property(x => x.PasswordHash).HasMaxLength(255);
            e.HasIndex(x => x.ExternalId).IsUnique();
            e.HasIndex(x => x.Login).IsUnique();
            e.HasIndex(x => x.HomeTenantId);
        });
        model.Entity<LoginGrant>(e =>
        {
            e.ToTable("login_grants");
            e.Property(x => x.Hash).HasColumnType("binary(32)");
            e.Property(x => x.Kind).HasMaxLength(8);
            e.Property(x => x.Challenge).HasMaxLength(64);
            e.HasKey(x => x.Hash);
            e.HasIndex(x => x.FamilyId);
            e.HasIndex(x => x.UserId);
            e.HasIndex(x => x.ExpiresAt);
        });
        model.Entity<ConsoleSession>(e =>
        {
            e.ToTable("console_sessions");
            e.Property(x => x.Hash).HasColumnType("binary(32)");
            e.HasKey(x => x.Hash);
            e.HasIndex(x => x.ExpiresAt);
        });
        MapRoles(model);
        MapMirror(model);
    }

    private static void MapRoles(ModelBuilder model)
    {
        model.Entity<TenantRole>(e =>
        {
            e.ToTable("roles");
            e.Property(x => x.Name).HasMaxLength(64);
            e.Property(x => x.Description).HasMaxLength(255);
            e.Property(x => x.Permissions).HasMaxLength(1000);
            e.HasIndex(x => new { x.TenantId, x.Name }).IsUnique();
        });
        model.Entity<UserRole>(e =>
        {
            e.ToTable("user_roles");
            e.HasKey(x => new
            {
                x.TenantId,
                x.UserId,
                x.RoleId,
            });
            e.HasIndex(x => new { x.TenantId, x.RoleId });
            e.HasIndex(x => x.UserId);
        });
        model.Entity<UserGroup>(e =>
        {
            e.ToTable("user_groups");
            e.Property(x => x.ExternalId).HasMaxLength(64);
            e.Property(x => x.Name).HasMaxLength(255);
            e.HasIndex(x => x.ExternalId).IsUnique();
            e.HasIndex(x => new { x.TenantId, x.Name });
        });
        model.Entity<GroupMember>(e =>
        {
            e.ToTable("group_members");
            e.HasKey(x => new
            {
                x.TenantId,
                x.GroupId,
                x.UserId,
            });
            e.HasIndex(x => x.UserId);
        });
        model.Entity<NestedGroup>(e =>
        {
            e.ToTable("nested_groups");
            e.HasKey(x => new
            {
                x.TenantId,
                x.ParentId,
                x.ChildId,
            });
        });
        model.Entity<GroupRole>(e =>
        {
            e.ToTable("group_roles");
            e.HasKey(x => new
            {
                x.TenantId,
                x.GroupId,
                x.RoleId,
            });
            e.HasIndex(x => new { x.TenantId, x.RoleId });
        });
    }

    private static void MapMirror(ModelBuilder model)
    {
        model.Entity<ScaiKeyResource>(e =>
        {
            e.ToTable("scaikey_resources");
            e.Property(x => x.Type).HasMaxLength(16);
            e.Property(x => x.ExternalId).HasMaxLength(64);
            e.HasKey(x => new { x.Type, x.ExternalId });
        });
        model.Entity<ProcessedWebhookEvent>(e =>
        {
            e.ToTable("processed_webhook_events");
            e.Property(x => x.EventId).HasMaxLength(128);
            e.Property(x => x.Type).HasMaxLength(64);
            e.Property(x => x.Outcome).HasMaxLength(255);
            e.HasKey(x => x.EventId);
            e.HasIndex(x => x.ReceivedAt);
        });
        model.Entity<SyncRun>(e =>
        {
            e.ToTable("sync_runs");
            e.Property(x => x.Stage).HasMaxLength(16);
            e.Property(x => x.Cursor).HasMaxLength(255);
            e.Property(x => x.Counts).HasColumnType("text");
        });
    }
}
