using System.IO.Pipelines;
using System.Security.Cryptography;
using ScaiSend.IntegrationTests.Support;
using ScaiSend.Platform.Blobs;

namespace ScaiSend.IntegrationTests.Stages.Blobs;

/// <summary>What every blob store promises, on a folder and on a real S3 server.</summary>
public sealed class KeepingBlobs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scaisend-blobs-").FullName;
    private readonly string _key = $"test/{Path.GetRandomFileName()}";

    public enum Store
    {
        Folder,
        S3,
    }

    public static TheoryData<Store> Stores => [Store.Folder, Store.S3];

    /// <summary>Sizes around a part of S3's, which is 5 MB.</summary>
    public static TheoryData<Store, int> Sizes
    {
        get
        {
            const int part = 5 * 1024 * 1024;
            var sizes = new TheoryData<Store, int>();
            foreach (var store in Enum.GetValues<Store>())
            foreach (var size in new[] { 0, 1, part - 1, part, part + 1, 2 * part, 13_000_000 })
                sizes.Add(store, size);
            return sizes;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_stream_of_unknown_length_comes_back_as_it_was(Store store, int size)
    {
        var blobs = Open(store);
        var content = RandomNumberGenerator.GetBytes(size);

        await blobs.PutAsync(_key, StreamOf(content, end: null), Stop);

        Assert.Equal(content, await ReadAsync(blobs));
        await blobs.DeleteAsync(_key, Stop);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_stream_of_known_length_comes_back_as_it_was(Store store)
    {
        var blobs = Open(store);
        var content = RandomNumberGenerator.GetBytes(300_000);

        await blobs.PutAsync(_key, new MemoryStream(content), Stop);

        Assert.Equal(content, await ReadAsync(blobs));
        await blobs.DeleteAsync(_key, Stop);
        Assert.Null(await ReadAsync(blobs));
        await blobs.DeleteAsync(_key, Stop);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Keys_are_listed_by_how_they_begin(Store store)
    {
        var (blobs, prefix) = (Open(store), $"list-{Path.GetRandomFileName()}/");
        Assert.Empty(await blobs.ListAsync(prefix, Stop).ToListAsync(Stop));
        // More than a page of S3's would be too slow to write; the order is nobody's promise.
        string[] keys = [.. Enumerable.Range(0, 5).Select(i => $"{prefix}{i}")];
        foreach (var key in keys.Append($"other-{prefix}0"))
            await blobs.PutAsync(key, new MemoryStream([1]), Stop);

        Assert.Equal(keys, (await blobs.ListAsync(prefix, Stop).ToListAsync(Stop)).Order());

        foreach (var key in keys.Append($"other-{prefix}0"))
            await blobs.DeleteAsync(key, Stop);
        Assert.Empty(await blobs.ListAsync(prefix, Stop).ToListAsync(Stop));
    }

    [Theory, MemberData(nameof(Sizes))]
    public async Task A_stream_that_breaks_off_leaves_nothing(Store store, int size)
    {
        var blobs = Open(store);
        var content = RandomNumberGenerator.GetBytes(size);

        await Assert.ThrowsAnyAsync<IOException>(() => blobs.PutAsync(_key, StreamOf(content, new IOException("cut off")), Stop));

        Assert.Null(await ReadAsync(blobs));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Many_large_streams_go_at_once(Store store)
    {
        var blobs = Open(store);
        var contents = Enumerable.Range(0, 30).Select(_ => RandomNumberGenerator.GetBytes(6_000_000)).ToList();

        await Task.WhenAll(contents.Select((content, i) => blobs.PutAsync($"{_key}-{i}", StreamOf(content, end: null), Stop)));

        for (var i = 0; i < contents.Count; i++)
        {
            Assert.Equal(contents[i], await ReadAsync(blobs, $"{_key}-{i}"));
            await blobs.DeleteAsync($"{_key}-{i}", Stop);
        }
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Senders_who_never_come_to_an_end_keep_nobody_waiting(Store store)
    {
        var blobs = Open(store);
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var content = RandomNumberGenerator.GetBytes(6_000_000);
        var unfinished = Enumerable
            .Range(0, 50)
            .Select(i => blobs.PutAsync($"{_key}-{i}", new Pipe().Reader.AsStream(), hangUp.Token))
            .ToList();

        await blobs.PutAsync(_key, StreamOf(content, end: null), Stop);

        Assert.Equal(content, await ReadAsync(blobs));
        await hangUp.CancelAsync();
        await Task.WhenAll(unfinished).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.All(unfinished, put => Assert.True(put.IsCanceled));
        await blobs.DeleteAsync(_key, Stop);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private IBlobStore Open(Store store)
    {
        if (store == Store.Folder)
            return new FolderBlobs(_folder);
        var url = new Uri(Stacks.Setting("SCAISEND_TEST_S3"));
        return new S3Blobs(
            new S3Options
            {
                ServiceUrl = $"http://{url.Authority}",
                Bucket = "mail",
                AccessKey = url.UserInfo.Split(':')[0],
                SecretKey = url.UserInfo.Split(':')[1],
            }
        );
    }

    private static Stream StreamOf(byte[] content, Exception? end)
    {
        var pipe = new Pipe();
        _ = WriteAsync();
        return pipe.Reader.AsStream();

        async Task WriteAsync()
        {
            foreach (var piece in content.Chunk(100_000))
                await pipe.Writer.WriteAsync(piece);
            await pipe.Writer.CompleteAsync(end);
        }
    }

    private Task<byte[]?> ReadAsync(IBlobStore blobs) => ReadAsync(blobs, _key);

    private static async Task<byte[]?> ReadAsync(IBlobStore blobs, string key)
    {
        await using var stream = await blobs.OpenAsync(key, Stop);
        if (stream is null)
            return null;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Stop);
        return copy.ToArray();
    }
}
