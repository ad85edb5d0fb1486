namespace ScaiSend.Platform.Storage.Queue;

/// <summary>A place in the queue's order: by tenant, then by message, then by email. None of the three ever changes, so a walk meets each email once.</summary>
public readonly record struct QueuePosition(Guid TenantId, Guid MessageId, Guid EmailId)
{
    /// <summary>Length of the text form.</summary>
    public const int Length = 96;

    /// <summary>The text form.</summary>
    public override string ToString() => $"{TenantId:N}{MessageId:N}{EmailId:N}";

    /// <summary>Reads the text form; false for anything else.</summary>
    public static bool TryRead(string? text, out QueuePosition position)
    {
        position = default;
        if (
            text is not { Length: Length }
            || !Guid.TryParseExact(text.AsSpan(0, 32), "N", out var tenantId)
            || !Guid.TryParseExact(text.AsSpan(32, 32), "N", out var messageId)
            || !Guid.TryParseExact(text.AsSpan(64, 32), "N", out var emailId)
        )
            return false;
        position = new QueuePosition(tenantId, messageId, emailId);
        return true;
    }
}
