using System.Data;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScaiSend.Api.Admin;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Queue;
using ScaiSend.Platform.Tracking;

namespace ScaiSend.Api.Tracking;

/// <summary>
/// A tenant's tracking settings, read and changed. Only what the tenant has chosen is stored, so that the instance's default reaches those who never chose,
/// and nobody else.
/// </summary>
public sealed class StoredTracking(MailDatabase database, IOptions<TrackingOptions> options, TimeProvider time)
{
    // Stored and shown as JSON, never in a page: readable and short.
    private static readonly JsonSerializerOptions Brief = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All fifteen settings.</summary>
    public async Task<JsonObject> GetAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var db = database.For(tenantId);
        return Complete(await db.TenantSettings.Select(s => s.Tracking).SingleOrDefaultAsync(cancellationToken));
    }

    /// <summary>What the column holds, less a little.</summary>
    public const int MaxBytes = 65_000;

    /// <summary>Changes the given settings, keeps the others, and answers all; null when they are more than <see cref="MaxBytes"/>. Changes of one tenant take turns.</summary>
    public async Task<JsonObject?> ChangeAsync(Guid tenantId, JsonObject given, Act act, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var asking = database.For(tenantId);
        return await asking.Database.CreateExecutionStrategy().ExecuteAsync(TryAsync);

        async Task<JsonObject?> TryAsync()
        {
            await using var db = database.For(tenantId);
            await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            var row = await db.HoldSettingsAsync(database.Dialect, tenantId, cancellationToken);
            var before = Complete(row.Tracking);
            row.Tracking = Chosen(row.Tracking, given);
            if (row.Tracking is { } stored && Encoding.UTF8.GetByteCount(stored) > MaxBytes)
                return null;
            Note(db, tenantId, act, before, Complete(row.Tracking));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return Complete(row.Tracking);
        }
    }

    // What is the same as before was not changed.
    private void Note(MailDb db, Guid tenantId, Act act, JsonObject before, JsonObject after)
    {
        var changed = after.Where(field => !JsonNode.DeepEquals(field.Value, before[field.Key])).Select(field => field.Key).ToList();
        if (changed.Count > 0)
            AuditLog.Note(
                db,
                time,
                act,
                "tracking_change",
                tenantId,
                new { TenantId = tenantId },
                changed.ToDictionary(name => name, name => Short(before[name])),
                changed.ToDictionary(name => name, name => Short(after[name]))
            );
    }

    // A page of HTML is told by its beginning; the log is not there to bring it back.
    private static object? Short(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > MaxNoted } text
            ? $"{text[..MaxNoted]}… ({text.Length} characters)"
            : value?.DeepClone();

    private const int MaxNoted = 200;

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
        return chosen.Count == 0 ? null : chosen.ToJsonString(Brief);
    }

    private static JsonObject Read(string? stored) => stored is null ? [] : JsonNode.Parse(stored)!.AsObject();
}
