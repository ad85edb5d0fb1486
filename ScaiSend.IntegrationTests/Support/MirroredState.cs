using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScaiSend.Platform.Storage;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>What the product has of ScaiKey's things, one line for each that is there, by ScaiKey's ids; so two products, or two orders, can be compared.</summary>
public static class MirroredState
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Whatever has the prefix in its id, without it.</summary>
    public static async Task<IReadOnlyList<string>> MirroredAsync(this Product product, string prefix = "")
    {
        await using var db = product.Services.GetRequiredService<MailDatabase>().ForPlatform();
        var partners = await db.Partners.ToListAsync(Stop);
        var tenants = await db.Tenants.IgnoreQueryFilters().ToListAsync(Stop);
        var users = await db.Users.ToListAsync(Stop);
        var groups = await db.Groups.IgnoreQueryFilters().ToListAsync(Stop);
        var members = await db.GroupMembers.IgnoreQueryFilters().ToListAsync(Stop);
        var nested = await db.NestedGroups.IgnoreQueryFilters().ToListAsync(Stop);
        var names = partners
            .Select(p => (p.Id, p.ExternalId))
            .Concat(tenants.Select(t => (t.Id, t.ExternalId)))
            .Concat(users.Select(u => (u.Id, u.ExternalId)))
            .Concat(groups.Select(g => (g.Id, g.ExternalId)))
            .ToDictionary(it => it.Id, it => it.ExternalId ?? "here");

        string Name(Guid? id) => id is { } known ? names[known] : "none";

        return
        [
            .. partners
                .Where(p => p.ExternalId is not null && p.DeletedAt is null)
                .Select(p => $"partner {p.ExternalId} {p.Name}")
                .Concat(
                    tenants
                        .Where(t => t.ExternalId is not null && t.DeletedAt is null)
                        .Select(t =>
                            $"tenant {t.ExternalId} {t.Name} of {Name(t.PartnerId)} {(t.SuspendedAt is null ? "active" : "suspended")}"
                        )
                )
                .Concat(
                    users
                        // Who was deleted is nobody, and so is one of whom nobody has told.
                        .Where(u => u.ExternalId is not null && u.Email.Length > 0)
                        .Select(u =>
                            $"user {u.ExternalId} {u.Email} {u.FirstName} of {Name(u.HomeTenantId)} {(u.IsActive ? "active" : "suspended")}"
                        )
                )
                .Concat(
                    groups
                        .Where(g => g.ExternalId is not null)
                        .Select(g =>
                            $"group {g.ExternalId} {g.Name} of {Name(g.TenantId)} with "
                            + string.Join(
                                ' ',
                                members
                                    .Where(m => m.GroupId == g.Id)
                                    .Select(m => Name(m.UserId))
                                    .Concat(nested.Where(n => n.ParentId == g.Id).Select(n => Name(n.ChildId)))
                                    .Order(StringComparer.Ordinal)
                            )
                        )
                )
                .Where(line => line.Split(' ')[1].StartsWith(prefix, StringComparison.Ordinal))
                .Select(line => prefix.Length > 0 ? line.Replace(prefix, "", StringComparison.Ordinal) : line)
                .Order(StringComparer.Ordinal),
        ];
    }
}
