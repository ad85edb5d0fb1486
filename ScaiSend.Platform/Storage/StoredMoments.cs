namespace ScaiSend.Platform.Storage;

/// <summary>Moments as rows keep them: in whole milliseconds.</summary>
public static class StoredMoments
{
    /// <summary>Now, so that an answer which shows it before it is stored shows the same as later ones.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
