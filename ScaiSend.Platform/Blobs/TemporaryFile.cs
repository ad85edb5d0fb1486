namespace ScaiSend.Platform.Blobs;

/// <summary>Room on disk for what is too large for memory and not yet known to be wanted.</summary>
public static class TemporaryFile
{
    /// <summary>An empty file in the system's temporary folder, to be written and then read from its start; gone when it is disposed, or its process has ended.</summary>
    public static FileStream Create() =>
        new(
            Path.Combine(Path.GetTempPath(), $"scaisend-{Path.GetRandomFileName()}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                BufferSize = 0,
            }
        );
}
