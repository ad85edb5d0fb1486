using System.ComponentModel.DataAnnotations;

namespace ScaiSend.Platform.Bus;

/// <summary>The broker. Section <c>Broker</c>; used on the servers stack only.</summary>
public sealed class BusOptions
{
    /// <summary><c>amqp://user:password@host:port/virtual-host</c>.</summary>
    [Required]
    public string Url { get; set; } = "amqp://guest:guest@localhost";

    /// <summary>Begins the name of each queue and exchange, so that installations may share a broker.</summary>
    [RegularExpression("[a-zA-Z0-9_-]{1,60}", ErrorMessage = "allowed are 1 to 60 letters, digits, - and _")]
    public string Prefix { get; set; } = "scaisend";

    /// <summary>Most hints that one process works on at once, per stage.</summary>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 32;
}

/// <summary>How much of one tenant's mail may be under way at once. Section <c>Fairness</c>.</summary>
public sealed class FairnessOptions
{
    /// <summary>Emails of one tenant in flight; what exceeds it waits in the database and is woken in turn with other tenants'.</summary>
    [Range(1, 1_000_000)]
    public int Window { get; set; } = 2000;

    /// <summary>
    /// How far the waker fills the window. Another tenant's mail waits behind what is in flight, so scheduled mail takes only half; the other half is left
    /// to what comes in at the door, the same tenant's included.
    /// </summary>
    public int WokenWindow => (Window + 1) / 2;
}
