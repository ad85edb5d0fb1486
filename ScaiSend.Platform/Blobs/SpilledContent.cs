using ScaiSend.Contracts.Messages;

namespace ScaiSend.Platform.Blobs;

/// <summary>Contents that are too large for a row lie in the blob store, as the same JSON.</summary>
public static class SpilledContent
{
    /// <summary>The content, or null when there is none with this key.</summary>
    public static async Task<MessageContent?> GetContentAsync(this IBlobStore blobs, string key, CancellationToken cancellationToken)
    {
        await using var stream = await blobs.OpenAsync(key, cancellationToken);
        if (stream is null)
            return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellationToken);
        return StoredContent.Read(copy.GetBuffer().AsSpan(0, (int)copy.Length));
    }
}
