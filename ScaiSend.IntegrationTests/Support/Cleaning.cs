using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Blobs;
using ScaiSend.Platform.Domains;
using ScaiSend.Platform.Storage;
using ScaiSend.Processing.Cleanup;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>The cleanup by hand, and a look at everything that a product keeps.</summary>
public static class Cleaning
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static MailDatabase Database(this Product product) => product.Services.GetRequiredService<MailDatabase>();

    /// <summary>The product does not clean up by itself; the test does.</summary>
    public static void ByHand(IServiceCollection services) =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(CleanUpRegularly)));

    /// <summary>One run with the instance's retention as it is by default.</summary>
    public static Task<CleanupCounts> CleanUpAsync(this Product product, IBlobStore? blobs = null, SmallSteps? steps = null)
    {
        steps ??= new SmallSteps(product.Database());
        blobs ??= product.Services.GetRequiredService<IBlobStore>();
        var time = product.Services.GetRequiredService<TimeProvider>();
        var options = Options.Create(new RetentionOptions());
        var removed = new RemovedContents(steps, blobs, time);
        var parts = new CleanupParts(
            new OldContents(steps, removed),
            new OldMessages(steps, blobs),
            new OldDeliveries(steps, time),
            new OldRows(steps, Options.Create(new DomainOptions()), time),
            new OrphanedBlobs(steps, blobs, time)
        );
        return new CleanUp(new Retentions(product.Database(), options), parts, time, options, NullLogger<CleanUp>.Instance).OnceAsync(
            isSweeping: true,
            Stop
        );
    }

    /// <summary>Statistics have counted what a test has written by itself.</summary>
    public static async Task AllIsCountedAsync(this Product product)
    {
        await using var connection = await product.Database().OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO stats_positions (lane,position) SELECT DISTINCT lane,{long.MaxValue} FROM events";
        await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>As soon as the worker has counted all events.</summary>
    public static async Task UntilAllIsCountedAsync(this Product product)
    {
        const string owed = "v LEFT JOIN stats_positions p ON p.lane=v.lane WHERE v.position>COALESCE(p.position,0)";
        await Patience.UntilAsync(async () => (await product.RowsAsync("events", owed)).Count == 0, "The events are not counted");
    }

    /// <summary>Rows of a table, as text; bytes as they are and in hexadecimal.</summary>
    public static async Task<List<string>> RowsAsync(this Product product, string table, string where = "")
    {
        await using var connection = await product.Database().OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} {where}";
        await using var rows = await command.ExecuteReaderAsync(Stop);
        var all = new List<string>();
        while (await rows.ReadAsync(Stop))
        {
            var text = new StringBuilder();
            for (var i = 0; i < rows.FieldCount; i++)
                text.Append(CultureInfo.InvariantCulture, $"{rows.GetName(i)}=")
                    .Append(
                        rows.GetValue(i) is byte[] bytes
                            ? $"{Encoding.UTF8.GetString(bytes)} {Convert.ToHexStringLower(bytes)}"
                            : Convert.ToString(rows.GetValue(i), CultureInfo.InvariantCulture)
                    )
                    .Append('\n');
            all.Add(text.ToString());
        }
        return all;
    }

    /// <summary>Every row of every table and every blob, each with where it is; what is packed is unpacked, what JSON escapes is not.</summary>
    public static async Task<List<string>> EverythingAsync(this Product product)
    {
        var all = new List<string>();
        await using (var db = product.Database().ForPlatform())
            foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetSchemaQualifiedTableName()!).Distinct())
                all.AddRange((await product.RowsAsync(table)).Select(row => $"{table}: {row}"));
        await using (var db = product.Database().ForPlatform())
            foreach (var content in db.Contents.IgnoreQueryFilters().Where(c => c.Body != null))
                all.Add(
                    $"contents: tenant_id={Convert.ToHexStringLower(content.TenantId.ToByteArray(true))} "
                        + System.Text.Json.JsonSerializer.Serialize(Contracts.Messages.StoredContent.Read(content.Body))
                );
        foreach (var file in product.StoredFiles())
            all.Add($"{file}: {Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Stop))}");
        return [.. all.Select(text => text.Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase))];
    }
}

/// <summary>A store that does not delete what begins so.</summary>
public sealed class KeepingBlob(IBlobStore blobs, string kept) : IBlobStore
{
    public Task PutAsync(string key, Stream content, CancellationToken cancellationToken) =>
        blobs.PutAsync(key, content, cancellationToken);

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken) => blobs.OpenAsync(key, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        key.StartsWith(kept, StringComparison.Ordinal)
            ? throw new IOException("The store is away")
            : blobs.DeleteAsync(key, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
        blobs.ListAsync(prefix, cancellationToken);
}
