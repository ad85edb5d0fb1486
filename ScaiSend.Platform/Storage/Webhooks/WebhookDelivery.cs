namespace ScaiSend.Platform.Storage.Webhooks;

/// <summary>One event that one endpoint is to be told of. Written in the transaction that writes the event.</summary>
public sealed class WebhookDelivery : IOfTenant
{
    public Guid EndpointId { get; init; }

    /// <summary>With <see cref="Position"/> names the event.</summary>
    public int Lane { get; init; }
    public long Position { get; init; }
    public Guid TenantId { get; init; }
    public WebhookDeliveryState State { get; init; }

    /// <summary>When the next POST is due; null when it is done.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>POSTs made so far.</summary>
    public int Attempts { get; init; }

    /// <summary>The last POST, see <see cref="WebhookPost"/>.</summary>
    public Guid? PostId { get; init; }
}

/// <summary>Where a delivery stands.</summary>
public enum WebhookDeliveryState
{
    Owed = 0,
    Delivered = 1,
    Failed = 2,
}

/// <summary>The log of one POST.</summary>
public sealed class WebhookPost : IOfTenant
{
    /// <summary>Also sent along, so that both sides can name it.</summary>
    public Guid Id { get; init; }
    public Guid EndpointId { get; init; }
    public Guid TenantId { get; init; }
    public DateTimeOffset At { get; init; }
    public int DurationMs { get; init; }

    /// <summary>HTTP status; null when no answer came.</summary>
    public int? Status { get; init; }

    /// <summary>What went wrong, in words; null when the status says it all.</summary>
    public string? Error { get; init; }

    /// <summary>The first 1,024 bytes of the answer.</summary>
    public byte[]? Answer { get; init; }

    /// <summary>How many events it carried.</summary>
    public int Events { get; init; }

    /// <summary>1 for the first try of its events.</summary>
    public int Attempt { get; init; }
    public bool IsTest { get; init; }
}
