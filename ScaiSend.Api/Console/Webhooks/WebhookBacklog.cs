using System.Globalization;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Console.Webhooks;

/// <summary>What a webhook is owed.</summary>
/// <param name="Events">How many events it is still to be told of; counted up to <see cref="WebhookBacklogs.MaxCount"/>.</param>
/// <param name="FirstDueAt">When the first of them is due; null when there is none.</param>
public sealed record WebhookBacklog(int Events, DateTimeOffset? FirstDueAt)
{
    /// <summary>Nothing.</summary>
    public static WebhookBacklog None { get; } = new(0, null);

    /// <summary>The number as it is shown.</summary>
    public string Text =>
        Events > WebhookBacklogs.MaxCount
            ? $"more than {WebhookBacklogs.MaxCount:N0}"
            : Events.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>Reads what webhooks are owed. Every count stops at a bound, so a receiver that is far behind costs no more than another.</summary>
public sealed class WebhookBacklogs(MailDatabase database)
{
    /// <summary>Counting further would cost more than anybody learns from it.</summary>
    public const int MaxCount = 10_000;

    /// <param name="webhooks">Some that were found with their tenant.</param>
    // Index (state, endpoint_id, due_at).
    public async Task<IReadOnlyDictionary<Guid, WebhookBacklog>> ReadAsync(
        IReadOnlyList<WebhookEndpoint> webhooks,
        CancellationToken cancellationToken
    )
    {
        var backlogs = new Dictionary<Guid, WebhookBacklog>();
        if (webhooks.Count == 0)
            return backlogs;
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var sql = new SqlBatch(command);
        for (var i = 0; i < webhooks.Count; i++)
            sql.Sql(i == 0 ? "" : " UNION ALL ")
                .Sql(Text($"SELECT {i},COUNT(*),MIN(due_at) FROM (SELECT due_at FROM webhook_deliveries WHERE endpoint_id="))
                .Id(webhooks[i].Id)
                .Sql(" AND tenant_id=")
                .Id(webhooks[i].TenantId)
                .Sql(Text($" AND state={(int)WebhookDeliveryState.Owed} ORDER BY due_at LIMIT {MaxCount + 1}) d{i}"));
        await using var rows = await sql.ReadAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            backlogs[webhooks[rows.GetInt32(0)].Id] = new WebhookBacklog(rows.GetInt32(1), rows.GetMoment(2));
        return backlogs;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
