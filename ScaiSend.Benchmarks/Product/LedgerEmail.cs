namespace ScaiSend.Benchmarks.Product;

/// <summary>One email as the database tells it.</summary>
public sealed record LedgerEmail(string Recipient, int State, DateTimeOffset? EndedAt)
{
    public bool IsDelivered => State == 6;

    /// <summary>Delivered, bounced, failed, cancelled or dropped.</summary>
    public bool IsEnded => State is 6 or 8 or 9 or 10 or 11;
}
