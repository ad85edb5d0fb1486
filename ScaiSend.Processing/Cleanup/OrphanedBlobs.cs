using System.Runtime.CompilerServices;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Processing.Cleanup;

/// <summary>
/// Finds blobs that nothing names: of requests that were refused or repeated, and of processes that died. Their keys say when they were made.
/// An attachment is known by its content alone, so only those are looked at that are older than any body is kept: then few contents of their time are left to ask.
/// </summary>
public sealed class OrphanedBlobs(SmallSteps steps, IBlobStore blobs, TimeProvider time)
{
    /// <summary>Younger ones may belong to something that is being written.</summary>
    public static readonly TimeSpan YoungestAge = TimeSpan.FromDays(1);

    /// <summary>A request's attachments are stored while it arrives, before its content is.</summary>
    public static readonly TimeSpan LongestRequest = TimeSpan.FromHours(1);

    /// <param name="longestBodies">How long any tenant's bodies are kept at most.</param>
    public async Task RunAsync(TimeSpan longestBodies, CleanupCounts counts, CancellationToken cancellationToken)
    {
        var young = time.GetUtcNow() - YoungestAge;
        await SweepAsync("mail/", young, WaitingMailAsync, counts, cancellationToken);
        await SweepAsync("rendered/", young, WaitingMailAsync, counts, cancellationToken);
        await SweepAsync("contents/", young, KnownContentsAsync, counts, cancellationToken);
        await SweepAsync("attachments/", young - longestBodies, AttachedAsync, counts, cancellationToken);
    }

    private async Task SweepAsync(
        string prefix,
        DateTimeOffset before,
        Func<IReadOnlyList<Guid>, CancellationToken, Task<HashSet<Guid>>> wanted,
        CleanupCounts counts,
        CancellationToken cancellationToken
    )
    {
        await foreach (var some in ChunksAsync(prefix, before, cancellationToken))
        {
            var known = await wanted([.. some.Select(blob => blob.Id)], cancellationToken);
            foreach (var blob in some.Where(blob => !known.Contains(blob.Id) || !blob.IsWhole))
            {
                await blobs.DeleteAsync(blob.Key, cancellationToken);
                counts.Orphans++;
            }
        }
    }

    private async IAsyncEnumerable<List<Blob>> ChunksAsync(
        string prefix,
        DateTimeOffset before,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var chunk = new List<Blob>();
        await foreach (var key in blobs.ListAsync(prefix, cancellationToken))
        {
            if (Blob.Read(prefix, key) is not { } blob || Ids.MomentOf(blob.Id) >= before)
                continue;
            chunk.Add(blob);
            if (chunk.Count < SmallSteps.MaxRows)
                continue;
            yield return chunk;
            chunk = [];
        }
        if (chunk.Count > 0)
            yield return chunk;
    }

    private async Task<HashSet<Guid>> WaitingMailAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        [
            .. await steps.ReadAsync(
                batch => batch.Sql("SELECT id FROM emails WHERE lane<>0 AND id IN ").Ids(ids),
                row => row.GetId(0),
                cancellationToken
            ),
        ];

    private async Task<HashSet<Guid>> KnownContentsAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        [
            .. await steps.ReadAsync(
                batch => batch.Sql("SELECT id FROM contents WHERE id IN ").Ids(ids),
                row => row.GetId(0),
                cancellationToken
            ),
        ];

    private async Task<HashSet<Guid>> AttachedAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var attached = new HashSet<Guid>();
        var last = Ids.FirstOf(ids.Min(Ids.MomentOf));
        var end = Ids.FirstOf(ids.Max(Ids.MomentOf) + LongestRequest);
        while (await ContentsAsync(last, end, cancellationToken) is { Count: > 0 } contents)
        {
            foreach (var (_, body, blobKey) in contents)
            {
                var content = body is not null ? StoredContent.Read(body) : await blobs.GetContentAsync(blobKey!, cancellationToken);
                attached.UnionWith(
                    content?.Attachments.Select(a => Blob.Read("attachments/", a.BlobKey)).OfType<Blob>().Select(b => b.Id) ?? []
                );
            }
            last = contents[^1].Id;
        }
        return attached;
    }

    private Task<List<(Guid Id, byte[]? Body, string? BlobKey)>> ContentsAsync(Guid last, Guid end, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT id,body,blob_key FROM contents WHERE id>")
                    .Id(last)
                    .Sql(" AND id<")
                    .Id(end)
                    .Sql($" ORDER BY id LIMIT {RemovedContents.MaxContents}"),
            row => (row.GetId(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1), row.IsDBNull(2) ? null : row.GetString(2)),
            cancellationToken
        );

    /// <param name="IsWhole">Otherwise the store was interrupted while writing it.</param>
    private sealed record Blob(string Key, Guid Id, bool IsWhole)
    {
        private const int IdLength = 32;

        public static Blob? Read(string prefix, string key) =>
            key.Length >= prefix.Length + IdLength && Guid.TryParseExact(key.AsSpan(prefix.Length, IdLength), "N", out var id)
                ? new Blob(key, id, key.Length == prefix.Length + IdLength)
                : null;
    }
}
