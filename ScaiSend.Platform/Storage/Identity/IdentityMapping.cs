using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage.Identity;

/// <summary>The tables of users and their roles.</summary>
internal static class IdentityMapping
{
    public static void Map(ModelBuilder model)
    {
        model.Entity<User>(e =>
        {
            e.ToTable("users");
            e.Property(x => x.ExternalId).HasMaxLength(64);
            e.Property(x => x.Email).HasMaxLength(320);
            e.Property(x => x.FirstName).HasMaxLength(255);
            e.Property(x => x.LastName).HasMaxLength(255);
            e.Property(x => x.DisplayName).HasMaxLength(255);
            e.Property(x => x.PasswordHash).HasMaxLength(255);
            e.HasIndex(x => x.ExternalId).IsUnique();
            e.HasIndex(x => x.Email).IsUnique();
        });
        model.Entity<Role>(e =>
        {
            e.ToTable("roles");
            e.Property(x => x.Name).HasMaxLength(64);
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
        });
    }
}
