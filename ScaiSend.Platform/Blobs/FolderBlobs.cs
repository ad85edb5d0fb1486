using System.Runtime.CompilerServices;

namespace ScaiSend.Platform.Blobs;

/// <summary>Keeps blobs as files below one folder, which must be there; a file appears whole or not at all.</summary>
public sealed class FolderBlobs(string folder) : IBlobStore
{
    public async Task PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 65536, useAsync: true))
            {
                await content.CopyToAsync(file, cancellationToken);
                await file.FlushAsync(cancellationToken);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(
                new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 65536, useAsync: true)
            );
        }
        // A folder that is gone as a whole, such as an unmounted one, is trouble and not an answer.
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && Directory.Exists(folder))
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException) { }
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!Directory.Exists(PathOf(prefix)))
            yield break;
        foreach (var path in Directory.EnumerateFiles(PathOf(prefix)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return prefix + Path.GetFileName(path);
        }
        await Task.CompletedTask;
    }

    // Keys are made by us ("attachments/…", "mail/…"), yet a wrong one must never leave the folder.
    private string PathOf(string key)
    {
        var path = Path.GetFullPath(Path.Combine(folder, key));
        return path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException("A blob key may not leave the store's folder", nameof(key));
    }
}
