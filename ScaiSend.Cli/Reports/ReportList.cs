using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Reports;

namespace ScaiSend.Cli.Reports;

/// <summary>The newest reports, without their bytes, and how many there are in each state.</summary>
internal sealed class ReportList(string? state, int limit, bool asJson)
{
    private const int MaxLimit = 10_000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static IReadOnlyList<string> States { get; } = [.. Enum.GetValues<ReportState>().Select(Word)];

    public async Task WriteAsync(MailDatabase database, TextWriter output, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxLimit)
            throw new SettingsException($"--limit is {limit}; allowed is 1 to {MaxLimit}");
        await using var db = database.ForPlatform();
        var counts = await db
            .InboundReports.GroupBy(r => r.State)
            .Select(g => new { State = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.State, g => g.Count, cancellationToken);
        var rows = await NewestAsync(db, cancellationToken);
        var totals = Enum.GetValues<ReportState>().ToDictionary(Word, s => counts.GetValueOrDefault(s));
        if (asJson)
            await output.WriteLineAsync(JsonSerializer.Serialize(new { Counts = totals, Reports = rows }, Json));
        else
            await WriteTableAsync(rows, totals, output);
    }

    /// <summary>A report's bytes.</summary>
    /// <exception cref="SettingsException">There is none of that id.</exception>
    public static async Task<byte[]> RawAsync(MailDatabase database, string text, CancellationToken cancellationToken)
    {
        if (!Ids.TryRead(Ids.Report, text, out var id))
            throw new SettingsException($"ID is '{text}'; allowed is a report's id, such as `scaisend reports list` shows");
        await using var db = database.ForPlatform();
        return await db.InboundReports.Where(r => r.Id == id).Select(r => r.Raw).SingleOrDefaultAsync(cancellationToken)
            ?? throw new SettingsException($"There is no report '{text}'");
    }

    private async Task<List<Row>> NewestAsync(MailDb db, CancellationToken cancellationToken)
    {
        var reports = db.InboundReports.AsQueryable();
        if (state is not null)
        {
            var wanted = StateOf(state);
            reports = reports.Where(r => r.State == wanted);
        }
        return await reports
            .OrderByDescending(r => r.Id)
            .Take(limit)
            .Select(r => new Row(
                Ids.Show(Ids.Report, r.Id),
                Word(r.State),
                r.Kind,
                r.ReceivedAt,
                r.DueAt,
                r.Tries,
                r.RemoteAddress,
                r.Recipient,
                r.EmailId == null ? null : Ids.Show(Ids.Email, r.EmailId.Value),
                r.TenantId == null ? null : Ids.Show(Ids.Tenant, r.TenantId.Value),
                r.Summary
            ))
            .ToListAsync(cancellationToken);
    }

    private static async Task WriteTableAsync(List<Row> rows, Dictionary<string, int> totals, TextWriter output)
    {
        foreach (var row in rows)
            await output.WriteLineAsync(
                $"{row.Id}  {row.ReceivedAt:yyyy-MM-dd HH:mm:ss}  {row.State, -11}  {row.Kind ?? "-", -10}  {row.EmailId ?? "-", -36}  {Printable(row.Summary)}"
            );
        await output.WriteLineAsync(string.Join(", ", totals.Select(t => $"{t.Value} {t.Key}")));
    }

    // Strangers wrote it, and a terminal obeys control characters.
    private static string? Printable(string? text) => text is null ? null : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static ReportState StateOf(string word) =>
        Enum.GetValues<ReportState>()
            .Where(s => Word(s).Equals(word, StringComparison.OrdinalIgnoreCase))
            .Select(s => (ReportState?)s)
            .SingleOrDefault()
        ?? throw new SettingsException($"--state is '{word}'; allowed are {string.Join(", ", States)}");

    private static string Word(ReportState state) => state.ToString().ToLowerInvariant();

    private sealed record Row(
        string Id,
        string State,
        string? Kind,
        DateTimeOffset ReceivedAt,
        DateTimeOffset? DueAt,
        int Tries,
        string RemoteAddress,
        string Recipient,
        string? EmailId,
        string? TenantId,
        string? Summary
    );
}
