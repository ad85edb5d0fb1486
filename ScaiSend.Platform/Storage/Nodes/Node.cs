using Microsoft.EntityFrameworkCore;

namespace ScaiSend.Platform.Storage.Nodes;

/// <summary>A process of this installation, as it last said that it is there.</summary>
public sealed class Node
{
    /// <summary>New at each start.</summary>
    public Guid Id { get; init; }

    /// <summary>The machine and the process on it.</summary>
    public required string Name { get; init; }

    /// <summary>Such as <c>worker,smtp</c>.</summary>
    public required string Roles { get; init; }
    public required string Version { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset SeenAt { get; set; }

    /// <summary>The hash of the policy in force there; null for the starting set alone.</summary>
    public string? Policy { get; set; }

    /// <summary>Why a newer policy is not in force there; null when there is none.</summary>
    public string? PolicyTrouble { get; set; }
}

/// <summary>Reading the processes.</summary>
public static class NodeList
{
    /// <summary>By roles, then by name.</summary>
    public static Task<List<Node>> ListNodesAsync(this MailDb db, int most, CancellationToken cancellationToken) =>
        db.Nodes.AsNoTracking().OrderBy(n => n.Roles).ThenBy(n => n.Name).Take(most).ToListAsync(cancellationToken);
}

/// <summary>The table of processes.</summary>
internal static class NodeMapping
{
    public static void Map(ModelBuilder model) =>
        model.Entity<Node>(e =>
        {
            e.ToTable("nodes");
            e.Property(x => x.Name).HasMaxLength(255);
            e.Property(x => x.Roles).HasMaxLength(64);
            e.Property(x => x.Version).HasMaxLength(64);
            e.Property(x => x.Policy).HasMaxLength(64);
            e.Property(x => x.PolicyTrouble).HasMaxLength(1000);
        });
}
