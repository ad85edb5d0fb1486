using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ScaiSend.Api.MailSend;
using ScaiSend.Api.SendGridShape;
using ScaiSend.Platform.Storage.Suppressions;

namespace ScaiSend.Api.Suppressions;

/// <summary>What came of an import.</summary>
/// <param name="Skipped">Rows that made no entry: the address was on the list already, or the row is wrong.</param>
public sealed record ImportOutcome(int Imported, int Skipped, IReadOnlyList<RowError> Errors);

/// <summary>A row that made no entry; rows count from 1, a header too.</summary>
public sealed record RowError(int Row, string Error);

/// <summary>Reads CSV as it arrives and writes it in chunks: its memory does not grow with the file. What was written before a trouble stays, so an import can be sent again.</summary>
public sealed class ImportSuppressions(StoredSuppressions stored, TimeProvider time)
{
    /// <summary>Largest file.</summary>
    public const long MaxBytes = 1024L * 1024 * 1024;

    /// <summary>Most wrong rows that are told of one by one.</summary>
    public const int MaxErrors = 100;

    public async Task<IResult> RunAsync(HttpContext http, SuppressionFamily family, Guid tenantId, CancellationToken cancellationToken)
    {
        var type = http.Request.ContentType?.Split(';')[0].Trim();
        if (type is not null && !string.Equals(type, "text/csv", StringComparison.OrdinalIgnoreCase))
            return Refusals.Because(http, StatusCodes.Status415UnsupportedMediaType, "Content-Type should be text/csv");
        if (http.Request.ContentLength > MaxBytes)
            return Refusals.Because(http, StatusCodes.Status413PayloadTooLarge, $"The file may not be larger than {MaxBytes} bytes");
        // A file may come slowly from far away; the whole is limited by its size.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBytes;
        using var text = new StreamReader(http.Request.Body, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 32 * 1024);
        return SuppressionShape.Imported(await ReadAsync(text, family, tenantId, cancellationToken));
    }

    /// <summary>Imports all rows of a text.</summary>
    public async Task<ImportOutcome> ReadAsync(
        TextReader text,
        SuppressionFamily family,
        Guid tenantId,
        CancellationToken cancellationToken
    )
    {
        var (imported, read, errors) = (0, 0, new List<RowError>());
        var chunk = new List<Suppression>(StoredSuppressions.Chunk);
        await foreach (var row in CsvRows.ReadAsync(text, cancellationToken))
        {
            read++;
            if (row.Error is null && AddressRule.IsValid(row.Email))
                chunk.Add(family.NewEntry(tenantId, row.Email, row.Reason, time.GetUtcNow()));
            else if (errors.Count < MaxErrors)
                errors.Add(new RowError(row.Number, row.Error ?? "The email is no address"));
            if (chunk.Count < StoredSuppressions.Chunk)
                continue;
            imported += await stored.AddNewAsync(chunk, cancellationToken);
            chunk.Clear();
        }
        imported += await stored.AddNewAsync(chunk, cancellationToken);
        return new ImportOutcome(imported, read - imported, errors);
    }
}
