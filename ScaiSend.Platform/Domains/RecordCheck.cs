using System.Text.Json.Serialization;

namespace ScaiSend.Platform.Domains;

/// <summary>What became of a record that was looked for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordStatus>))]
public enum RecordStatus
{
    Found,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>There is one, and it says something else.</summary>
    Wrong,

    /// <summary>DNS did not answer, so nothing is known.</summary>
    Unknown,
}

/// <summary>A record that a domain needs or should have, and what DNS says of it.</summary>
/// <param name="Purpose"><c>dkim</c>, <c>spf</c>, <c>dmarc</c>, <c>return_path</c> or <c>return_path_spf</c>.</param>
/// <param name="Host">The full name that has the record.</param>
/// <param name="Expected">The value to publish.</param>
/// <param name="Found">What is there.</param>
/// <param name="Hint">In plain words what to do; null when nothing is to be done.</param>
public sealed record RecordCheck(
    string Purpose,
    string Type,
    string Host,
    string Expected,
    IReadOnlyList<string> Found,
    RecordStatus Status,
    string? Hint
)
{
    /// <summary>The status, or while nothing is known the last one that was known.</summary>
    public RecordStatus LastKnown { get; init; } = RecordStatus.Unknown;

    public const string Dkim = "dkim";
    public const string Spf = "spf";
    public const string Dmarc = "dmarc";
    public const string ReturnPath = "return_path";
    public const string ReturnPathSpf = "return_path_spf";
}
