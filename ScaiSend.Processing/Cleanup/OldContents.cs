using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Processing.Cleanup;

/// <summary>Removes a tenant's bodies when every email of their request has ended and is old enough. Sandbox mail, which has none, counts from its acceptance.</summary>
public sealed class OldContents(SmallSteps steps, RemovedContents removed)
{
    public async Task RunAsync(Guid tenantId, DateTimeOffset before, CleanupCounts counts, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await NextAsync(tenantId, before, last, cancellationToken) is { Count: > 0 } ids)
        {
            await removed.RunAsync(ids, counts, cancellationToken);
            last = ids[^1];
        }
    }

    // Index: contents (tenant_id, id); then messages (content_id) and emails (message_id).
    private Task<List<Guid>> NextAsync(Guid tenantId, DateTimeOffset before, Guid last, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT c.id FROM contents c WHERE c.tenant_id=")
                    .Id(tenantId)
                    .Sql(" AND c.id>")
                    .Id(last)
                    .Sql(" AND c.id<")
                    .Id(Ids.FirstOf(before))
                    .Sql(" AND NOT EXISTS (SELECT 1 FROM messages m JOIN emails e ON e.message_id=m.id WHERE m.content_id=c.id AND ")
                    .Sql(Ended.NotBefore(before))
                    .Sql($") ORDER BY c.id LIMIT {RemovedContents.MaxContents}"),
            row => row.GetId(0),
            cancellationToken
        );
}

/// <summary>What keeps a message: an email that has not ended, or ended not long ago.</summary>
internal static class Ended
{
    /// <summary>A condition on the email <c>e</c>.</summary>
    public static string NotBefore(DateTimeOffset moment) =>
        $"(e.lane<>0 OR e.ended_at IS NULL OR e.ended_at>={moment.ToUnixTimeMilliseconds()})";
}
