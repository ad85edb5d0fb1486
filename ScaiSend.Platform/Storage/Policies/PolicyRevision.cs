namespace ScaiSend.Platform.Storage.Policies;

/// <summary>
/// A delivery policy that was put in force for all nodes. Revisions are only ever added; the newest counts, and with it none of the nodes' files, unless it has no text.
/// </summary>
public sealed class PolicyRevision
{
    /// <summary>From 1 on, without a gap: of two who go on from the same one, only one does.</summary>
    public int Number { get; init; }

    /// <summary>YAML, as it was written; null: the nodes' own files count again.</summary>
    public string? Text { get; init; }

    /// <summary>Who put it in force.</summary>
    public required string Actor { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
