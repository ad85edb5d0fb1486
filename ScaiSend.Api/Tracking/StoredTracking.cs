using System.Data;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Sql;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// A tenant's tracking settings, read and changed. Only what the tenant has chosen is stored, so that the instance's default reaches those who never chose,
/// and nobody else.
/// </summary>
public sealed class StoredTracking(MailDatabase database, IOptions<TrackingOptions> options)
{
    // Stored and shown as JSON, never in a page: readable and short.
    private static readonly JsonSerializerOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All fifteen settings.</summary>
    public async Task<JsonObject> GetAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return Complete(await db.TenantSettings.Select(s => s.Tracking).SingleOrDefaultAsync(cancellationToken));
    }

    /// <summary>What the column holds, less a little.</summary>
    public const int MaxBytes = 65_000;

    /// <summary>Changes the given settings, keeps the others, and answers all; null when they are more than <see cref="MaxBytes"/>. Changes of one tenant take turns.</summary>
    public async Task<JsonObject?> ChangeAsync(Guid tenantId, JsonObject given, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(tenantId);
        return await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<JsonObject?> TryAsync()
        {
            await using var db = database.For(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            await HoldAsync(db, tenantId, cancellationToken);
            var row = await db.TenantSettings.AsTracking().SingleAsync(cancellationToken);
            row.Tracking = Chosen(row.Tracking, given);
            if (row.Tracking is { } stored && Encoding.UTF8.GetByteCount(stored) > MaxBytes)
                return null;
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return Complete(row.Tracking);
        }
    }

    // The row is made where there is none, and ours until commit either way.
    private async Task HoldAsync(MailDb db, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await new SqlBatch(command)
            .Sql(database.Dialect.InsertNew)
            .Sql("tenant_settings (tenant_id) VALUES (")
            .Id(tenantId)
            .Sql(")")
            .ExecuteAsync(cancellationToken);
        await db.TenantSettings.ExecuteUpdateAsync(set => set.SetProperty(s => s.Tracking, s => s.Tracking), cancellationToken);
    }

    private JsonObject Complete(string? stored)
    {
        var all = TrackingFields.Defaults(options.Value);
        foreach (var (name, value) in Read(stored).Where(choice => all.ContainsKey(choice.Key)))
            all[name] = value!.DeepClone();
        return all;
    }

    // An empty text is no choice: it gives the default back.
    private static string? Chosen(string? stored, JsonObject given)
    {
        var chosen = Read(stored);
        foreach (var (name, value) in given)
        {
            chosen.Remove(name);
            if (value is not null && !(value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0))
                chosen[name] = value.DeepClone();
        }
        return chosen.Count == 0 ? null : chosen.ToJsonString(Short);
    }

    private static JsonObject Read(string? stored) => stored is null ? [] : JsonNode.Parse(stored)!.AsObject();
}
