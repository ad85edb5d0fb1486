namespace ScaiSend.Api.ScaiKey;

/// <summary>What ScaiKey has.</summary>
public enum ScaiKeyKind
{
    Partner,
    Tenant,
    User,
    Group,
}

/// <summary>What ScaiKey said about one thing at one moment: as an event, or in a listing.</summary>
public sealed record ScaiKeyNews(ScaiKeyKind Kind, string Id, DateTimeOffset At)
{
    /// <summary>It is no more.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>The fields that were named, and only those; null for one that was emptied.</summary>
    public IReadOnlyDictionary<string, string?> Fields { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether it is suspended; null when that was not said.</summary>
    public bool? IsSuspended { get; init; }

    /// <summary>Of a group: all users in it; null when that was not said.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>Of a group: all groups in it; null when that was not said.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>Of a group: one that came or went, and nothing else.</summary>
    public MemberNews? Member { get; init; }

    /// <summary>Why what was said cannot be taken; null when it can.</summary>
    public string? Trouble { get; init; }

    /// <summary>The field's text; null when it was not named or has none.</summary>
    public string? Text(string field) => Fields.GetValueOrDefault(field);
}

/// <summary>That a user or a group is in a group, or no longer.</summary>
public sealed record MemberNews(string Id, bool IsGroup, bool IsIn);

/// <summary>What came of news.</summary>
public enum MirrorOutcome
{
    Added,
    Changed,

    /// <summary>It was known so.</summary>
    Same,
    Deleted,

    /// <summary>Something newer was known.</summary>
    Older,

    /// <summary>It cannot be: the text that goes with it says why.</summary>
    Refused,
}
