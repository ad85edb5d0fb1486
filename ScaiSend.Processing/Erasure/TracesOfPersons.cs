using System.Data.Common;
using System.Text;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Storage.Erasure;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Suppressions;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.Processing.Erasure;

/// <summary>Finds where persons are in a tenant's data, and erases the lists that they are on.</summary>
public sealed class TracesOfPersons(SmallSteps steps)
{
    /// <summary>Addresses that one statement asks for.</summary>
    public const int MaxAddresses = 50;

    /// <summary>Messages that one statement answers.</summary>
    public const int MaxMessages = 50;

    /// <summary>The persons' emails, of the messages after the given one.</summary>
    /// <param name="also">A condition, or nothing.</param>
    // Index: emails (tenant_id, recipient, message_id). Collations find more than the address: the caller compares keys. SQLite reads the tenant's emails, once for many addresses.
    public Task<List<FoundEmail>> EmailsAsync(
        EraseJob job,
        IReadOnlyCollection<string> addresses,
        Guid after,
        string also,
        CancellationToken cancellationToken
    ) =>
        steps.ReadAsync(
            batch =>
            {
                batch
                    .Sql("SELECT id,message_id,recipient FROM emails WHERE tenant_id=")
                    .Id(job.TenantId)
                    .Sql($" AND recipient{steps.Dialect.InAnyCase} IN (")
                    .Alone();
                foreach (var spelling in addresses.SelectMany(Redaction.Spellings).Distinct())
                    batch.Value(spelling);
                return batch
                    .Sql(") AND message_id>")
                    .Id(after)
                    .Sql($" AND created_at<={job.CreatedAt.ToUnixTimeMilliseconds()}{also} ORDER BY message_id LIMIT {MaxMessages}");
            },
            row => new FoundEmail(row.GetId(0), row.GetId(1), row.GetString(2)),
            cancellationToken
        );

    /// <summary>Takes persons off the lists that say something of their address; of the lists that say what they want, the bare key stays.</summary>
    public async Task EraseSuppressionsAsync(
        EraseJob job,
        IReadOnlyCollection<Guid> keys,
        ErasureCounts counts,
        CancellationToken cancellationToken
    )
    {
        var toldByServers = $"list IN ({(int)SuppressionList.Bounces},{(int)SuppressionList.Blocks},{(int)SuppressionList.InvalidEmails})";
        counts.Add(
            "suppressions_removed",
            await steps.WriteAsync(batch => Of(batch.Sql("DELETE FROM suppressions")).Sql($" AND {toldByServers};"), cancellationToken)
        );
        counts.Add(
            "suppressions_kept_by_key",
            await steps.WriteAsync(
                batch =>
                    Of(batch.Sql($"UPDATE suppressions SET address='{Erased.Address}',reason=NULL,source=NULL,email_id=NULL"))
                        .Sql($" AND address<>'{Erased.Address}';"),
                cancellationToken
            )
        );

        SqlBatch Of(SqlBatch batch) => batch.Sql(" WHERE tenant_id=").Id(job.TenantId).Sql(" AND address_key IN ").Ids(keys);
    }

    /// <summary>Forgets what endpoints answered, where they quoted one of the addresses. Reads what is kept of the tenant's POSTs.</summary>
    public async Task EraseAnswersAsync(EraseJob job, Redaction redaction, ErasureCounts counts, CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (await PostsAsync(job, last, cancellationToken) is { Count: > 0 } posts)
        {
            last = posts[^1].Id;
            var quoting = posts.Where(p => redaction.Finds(p.Text)).Select(p => p.Id).ToList();
            if (quoting.Count > 0)
                counts.Add(
                    "webhook_posts",
                    await steps.WriteAsync(
                        batch => batch.Sql("UPDATE webhook_posts SET answer=NULL,error=NULL WHERE id IN ").Ids(quoting).Sql(";"),
                        cancellationToken
                    )
                );
        }
    }

    /// <summary>How many rows still have one of the addresses where it can be looked up.</summary>
    public async Task<int> RemainingAsync(EraseJob job, IReadOnlyCollection<string> addresses, CancellationToken cancellationToken)
    {
        var keys = addresses.Select(SuppressedAddress.IdOf).ToHashSet();
        var emails = await EmailsAsync(job, addresses, Guid.Empty, "", cancellationToken);
        var lists = await steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT 1 FROM suppressions WHERE tenant_id=")
                    .Id(job.TenantId)
                    .Sql(" AND address_key IN ")
                    .Ids(keys)
                    .Sql($" AND address<>'{Erased.Address}'"),
            _ => true,
            cancellationToken
        );
        return lists.Count + emails.Count(e => keys.Contains(SuppressedAddress.IdOf(e.Recipient)));
    }

    // By primary key: endpoints have few POSTs a second, and they go after days.
    private Task<List<(Guid Id, string Text)>> PostsAsync(EraseJob job, Guid last, CancellationToken cancellationToken) =>
        steps.ReadAsync(
            batch =>
                batch
                    .Sql("SELECT id,answer,error FROM webhook_posts WHERE id>")
                    .Id(last)
                    .Sql(" AND tenant_id=")
                    .Id(job.TenantId)
                    .Sql($" AND (answer IS NOT NULL OR error IS NOT NULL) ORDER BY id LIMIT {SmallSteps.MaxRows}"),
            row => (row.GetId(0), TextOf(row, 1) + "\n" + TextOf(row, 2)),
            cancellationToken
        );

    private static string TextOf(DbDataReader row, int column) =>
        row.IsDBNull(column) ? ""
        : row.GetValue(column) is byte[] bytes ? Encoding.UTF8.GetString(bytes)
        : row.GetString(column);
}

/// <summary>An email whose recipient may be one of the persons.</summary>
public sealed record FoundEmail(Guid Id, Guid MessageId, string Recipient);
