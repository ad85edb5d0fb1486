using System.ComponentModel.DataAnnotations;

namespace ScaiSend.Platform.Storage;

/// <summary>Where the durable state lives. Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary><c>mysql://user:password@host:port/name</c> or <c>sqlite:///path/to/file.db</c>.</summary>
    [Required]
    public string Url { get; set; } = "sqlite://data/scaisend.db";

    /// <summary>Writers that commit in turn on MySQL, per kind of write and process; each holds one connection.</summary>
    [Range(1, 16)]
    public int Writers { get; set; } = 2;

    /// <summary>Most items that share one commit.</summary>
    [Range(1, 1000)]
    public int MaxBatch { get; set; } = 128;
}
