namespace ScaiSend.Platform.Webhooks;

/// <summary>What came of one POST.</summary>
/// <param name="Status">HTTP status; null when no answer came.</param>
/// <param name="Error">What went wrong, in words; null when the status says it all.</param>
/// <param name="Answer">The first 1,024 bytes of the answer's body; null when it had none.</param>
public sealed record WebhookAnswer(int? Status, string? Error, byte[]? Answer, TimeSpan Duration)
{
    /// <summary>Whether the receiver has taken the events.</summary>
    public bool IsSuccess => Error is null && Status is >= 200 and < 300;
}
