namespace ScaiSend.Platform.Blobs;

/// <summary>Bytes by key: attachments, large or spooled mail. A key is written once and names the same bytes until it is deleted.</summary>
public interface IBlobStore
{
    /// <summary>Stores the stream's rest; when it returns, the bytes survive a crash.</summary>
    Task PutAsync(string key, Stream content, CancellationToken cancellationToken);

    /// <summary>Opens the bytes for reading, or answers null when there are none under this key.</summary>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken);

    /// <summary>Forgets the key; no error when it is unknown.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>The keys that begin so, in no order; also what an interrupted process left unfinished. What is written or deleted meanwhile may be among them or not.</summary>
    /// <param name="prefix">Ends with a slash.</param>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken);
}
