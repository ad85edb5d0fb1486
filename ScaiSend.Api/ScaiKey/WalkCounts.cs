using System.Text.Json;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.ScaiKey;

/// <summary>What a walk did with the things of one kind.</summary>
public sealed record KindCounts
{
    public int Added { get; set; }
    public int Changed { get; set; }
    public int Same { get; set; }
    public int Deleted { get; set; }

    /// <summary>Left alone, because something newer was known.</summary>
    public int Newer { get; set; }

    /// <summary>Could not be taken.</summary>
    public int Refused { get; set; }

    /// <summary>How many were met.</summary>
    public int Met() => Added + Changed + Same + Newer + Refused;

    public void Count(MirrorOutcome outcome)
    {
        _ = outcome switch
        {
            MirrorOutcome.Added => Added++,
            MirrorOutcome.Changed => Changed++,
            MirrorOutcome.Same => Same++,
            MirrorOutcome.Deleted => Deleted++,
            MirrorOutcome.Older => Newer++,
            MirrorOutcome.Refused => Refused++,
            _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
        };
    }
}

/// <summary>The same of all kinds.</summary>
public sealed record WalkCounts
{
    public KindCounts Partners { get; init; } = new();
    public KindCounts Tenants { get; init; } = new();
    public KindCounts Users { get; init; } = new();
    public KindCounts Groups { get; init; } = new();

    /// <summary>In the order in which they are walked through.</summary>
    public IEnumerable<(string Name, KindCounts Counts)> All() =>
        [("partners", Partners), ("tenants", Tenants), ("users", Users), ("groups", Groups)];

    public KindCounts Of(ScaiKeyKind kind) =>
        kind switch
        {
            ScaiKeyKind.Partner => Partners,
            ScaiKeyKind.Tenant => Tenants,
            ScaiKeyKind.User => Users,
            ScaiKeyKind.Group => Groups,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    /// <summary>Of a kind as if these had come, too.</summary>
    public WalkCounts With(ScaiKeyKind kind, IEnumerable<MirrorOutcome> outcomes)
    {
        var copy = Read(Write());
        foreach (var outcome in outcomes)
            copy.Of(kind).Count(outcome);
        return copy;
    }

    public string Write() => JsonSerializer.Serialize(this, AuditLog.Json);

    public static WalkCounts Read(string? written) =>
        written is null ? new() : JsonSerializer.Deserialize<WalkCounts>(written, AuditLog.Json)!;
}
