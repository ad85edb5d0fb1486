using System.Globalization;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Events;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Storage.Webhooks;

namespace ScaiSend.Api.Webhooks;

/// <summary>What came of a replay: how many events are told again, or why none is.</summary>
/// <param name="Missing">The id of an event or message that the tenant does not have.</param>
/// <param name="IsTooMuch">More is meant than one request may.</param>
public sealed record ReplayOutcome(int Replayed, string? Missing = null, bool IsTooMuch = false);

/// <summary>
/// Makes deliveries owed again. First the events are found, then they are written in pieces; what is refused has changed nothing, and a request that broke off
/// can be made again.
/// </summary>
public sealed class ReplayEvents(MailDatabase database, EventsInTime inTime, TimeProvider time)
{
    /// <summary>Most events of one replay.</summary>
    public const int Most = 100_000;

    /// <summary>Most events that are looked at for one replay.</summary>
    public const int MostRead = 1_000_000;

    // SQLite takes expressions of 1000 levels.
    private const int IdsAtOnce = 200;

    /// <summary>What a replay would tell; changes nothing.</summary>
    public async Task<ReplayOutcome> PreviewAsync(WebhookEndpoint webhook, ReplayFields fields, CancellationToken cancellationToken) =>
        (await FindAsync(webhook, fields, cancellationToken)).Outcome;

    public async Task<ReplayOutcome> RunAsync(WebhookEndpoint webhook, ReplayFields fields, CancellationToken cancellationToken)
    {
        var found = await FindAsync(webhook, fields, cancellationToken);
        if (found.Outcome.Missing is null && !found.Outcome.IsTooMuch)
            await WebhookRows.OweAgainAsync(database, webhook, found.Events, time.GetUtcNow(), cancellationToken);
        return found.Outcome;
    }

    private Task<(ReplayOutcome Outcome, IReadOnlyList<EventPlace> Events)> FindAsync(
        WebhookEndpoint webhook,
        ReplayFields fields,
        CancellationToken cancellationToken
    ) =>
        fields switch
        {
            { EventIds: { } ids } => NamedAsync(webhook, ids, cancellationToken),
            { MessageId: { } message } => OfMessageAsync(webhook, message, fields.Types, cancellationToken),
            { Time: var (from, until) } => BetweenAsync(webhook, from, until, fields.Types, cancellationToken),
            _ => throw new ArgumentException("Nothing is meant", nameof(fields)),
        };

    private async Task<(ReplayOutcome Outcome, IReadOnlyList<EventPlace> Events)> NamedAsync(
        WebhookEndpoint webhook,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        var found = new HashSet<EventPlace>();
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        foreach (var some in ids.Distinct().Chunk(IdsAtOnce))
        {
            await using var command = connection.CreateCommand();
            var batch = new SqlBatch(command)
                .Sql("SELECT lane,position,email_id,number,type FROM events WHERE tenant_id=")
                .Id(webhook.TenantId);
            for (var i = 0; i < some.Length; i++)
            {
                if (!Ids.TryReadEvent(some[i], out var emailId, out var number))
                    return (new ReplayOutcome(0, Missing: some[i]), []);
                batch.Sql(i == 0 ? " AND (email_id=" : " OR email_id=").Id(emailId);
                batch.Sql(string.Create(CultureInfo.InvariantCulture, $" AND number={number}"));
            }
            var missing = some.ToHashSet();
            await using var rows = await batch.Sql(")").ReadAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                if (EventTypes.All.Contains(rows.GetString(4)) && missing.Remove(Ids.ShowEvent(rows.GetId(2), rows.GetInt32(3))))
                    found.Add(new EventPlace(rows.GetInt32(0), rows.GetInt64(1)));
            if (missing.Count > 0)
                return (new ReplayOutcome(0, Missing: some.First(missing.Contains)), []);
        }
        return (new ReplayOutcome(found.Count), [.. found]);
    }

    private async Task<(ReplayOutcome Outcome, IReadOnlyList<EventPlace> Events)> OfMessageAsync(
        WebhookEndpoint webhook,
        Guid messageId,
        IReadOnlyList<string>? types,
        CancellationToken cancellationToken
    )
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        await using var rows = await new SqlBatch(command)
            .Sql("SELECT v.lane,v.position,v.type FROM emails e LEFT JOIN events v ON v.email_id=e.id WHERE e.message_id=")
            .Id(messageId)
            .Sql(" AND e.tenant_id=")
            .Id(webhook.TenantId)
            .Sql(string.Create(CultureInfo.InvariantCulture, $" LIMIT {Most + 1}"))
            .ReadAsync(cancellationToken);
        var (found, read) = (new List<EventPlace>(), 0);
        for (; await rows.ReadAsync(cancellationToken); read++)
            if (!rows.IsDBNull(2) && Wants(webhook, types, rows.GetString(2)))
                found.Add(new EventPlace(rows.GetInt32(0), rows.GetInt64(1)));
        return read switch
        {
            // A message that was accepted has its emails from the beginning, and events later.
            0 => (new ReplayOutcome(0, Missing: Ids.Show(Ids.Message, messageId)), []),
            > Most => (new ReplayOutcome(0, IsTooMuch: true), []),
            _ => (new ReplayOutcome(found.Count), found),
        };
    }

    private async Task<(ReplayOutcome Outcome, IReadOnlyList<EventPlace> Events)> BetweenAsync(
        WebhookEndpoint webhook,
        DateTimeOffset from,
        DateTimeOffset until,
        IReadOnlyList<string>? types,
        CancellationToken cancellationToken
    )
    {
        var (found, read) = (new List<EventPlace>(), 0);
        await foreach (var some in inTime.ReadAsync(webhook.TenantId, from, until, cancellationToken))
        {
            found.AddRange(some.Where(e => Wants(webhook, types, e.Type)).Select(e => e.Place));
            read += some.Count;
            if (found.Count > Most || read > MostRead)
                return (new ReplayOutcome(0, IsTooMuch: true), []);
        }
        return (new ReplayOutcome(found.Count), found);
    }

    private static bool Wants(WebhookEndpoint webhook, IReadOnlyList<string>? types, string type) =>
        EventTypes.All.Contains(type) && (types?.Contains(type) ?? (webhook.Events == "*" || webhook.Events.Split(' ').Contains(type)));
}
