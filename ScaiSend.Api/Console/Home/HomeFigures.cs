using System.Globalization;
using ScaiSend.Api.Console.Messages;
using ScaiSend.Contracts;
using ScaiSend.Contracts.Emails;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Emails;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Api.Console.Home;

/// <summary>How a tenant's mail of the last day stands. Every count stops at a bound, so the page costs the same for any tenant.</summary>
public sealed class HomeFigures(MailDatabase database, MessageSearch search, TimeProvider time)
{
    /// <summary>Counting further would cost more than anybody learns from it.</summary>
    public const int MaxCount = 10_000;

    private static readonly TimeSpan Lately = TimeSpan.FromDays(1);
    private const int Shown = 8;

    public async Task<Figures> ReadAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = database.Dialect.ConnectForReading();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        var sql = new SqlBatch(command);
        var first = Ids.FirstOf(time.GetUtcNow() - Lately);
        var states = Enum.GetValues<EmailStatus>();
        // Index: emails (tenant_id, state, message_id).
        foreach (var state in states)
            Count(sql, (int)state)
                .Id(tenantId)
                .Sql(Text($" AND e.state={(int)state} AND (e.marks & {(int)EmailMarks.Simulated})=0 AND e.message_id>="))
                .Id(first)
                .Sql(Text($" LIMIT {MaxCount + 1}) c UNION ALL "));
        // Index: emails (tenant_id, lane, due_at).
        Count(sql, 0).Id(tenantId).Sql(Text($" AND e.lane={(int)EmailLane.Held} LIMIT {MaxCount + 1}) c"));
        var counts = new Dictionary<int, int>();
        await using (var rows = await sql.ReadAsync(cancellationToken))
            while (await rows.ReadAsync(cancellationToken))
                counts[rows.GetInt32(0)] = rows.GetInt32(1);
        return new Figures(
            [.. states.Select(state => new StateCount(state, counts[(int)state]))],
            counts[0],
            await NewestAsync(tenantId, cancellationToken)
        );
    }

    private static SqlBatch Count(SqlBatch sql, int key) =>
        sql.Sql(Text($"SELECT {key},COUNT(*) FROM (SELECT 1 FROM emails e WHERE e.tenant_id="));

    private async Task<IReadOnlyList<FoundMessage>> NewestAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        var found = new List<FoundMessage>();
        foreach (var state in (EmailStatus[])[EmailStatus.Bounced, EmailStatus.Dropped, EmailStatus.Failed])
        {
            var query = new SearchQuery("", null, null, null, state, time.GetUtcNow() - Lately, null, null, null);
            found.AddRange((await search.FindAsync(tenantId, query, cancellationToken)).Messages.Where(m => !m.IsSimulated).Take(Shown));
        }
        return [.. found.DistinctBy(m => m.Id).OrderByDescending(m => m.CreatedAt).Take(Shown)];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a tenant's mail stands.</summary>
/// <param name="States">Of messages of the last day, without simulated ones.</param>
/// <param name="Held">Emails that an operator holds.</param>
/// <param name="Newest">What did not arrive, newest first.</param>
public sealed record Figures(IReadOnlyList<StateCount> States, int Held, IReadOnlyList<FoundMessage> Newest);

/// <summary>How many emails are in a state; more than <see cref="HomeFigures.MaxCount"/> means "at least".</summary>
public sealed record StateCount(EmailStatus State, int Count)
{
    public string Text => Count > HomeFigures.MaxCount ? $"{HomeFigures.MaxCount:N0}+" : Count.ToString("N0", CultureInfo.InvariantCulture);
}
