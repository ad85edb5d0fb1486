using System.Runtime.CompilerServices;
using nietras.SeparatedValues;

namespace ScaiSend.Api.Suppressions;

/// <summary>One row of an import.</summary>
/// <param name="Error">What is wrong with the row; null when it has an email.</param>
internal readonly record struct CsvRow(int Number, string Email, string Reason, string? Error);

/// <summary>Reads <c>email,reason</c> row by row (RFC 4180). A first row that names its columns says where they are; empty rows are passed over.</summary>
internal static class CsvRows
{
    public static async IAsyncEnumerable<CsvRow> ReadAsync(TextReader text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var guarded = new GuardedText(text);
        using var reader = await Sep.New(',')
            .Reader(o => o with { HasHeader = false, Unescape = true, DisableColCountCheck = true })
            .FromAsync(guarded, cancellationToken);
        var columns = new Columns(0, 1);
        // One behind, because only the end of the text tells that a quote in the last row is never closed.
        CsvRow? last = null;
        int number;
        for (number = 1; ; number++)
        {
            var trouble = (string?)null;
            try
            {
                if (!await reader.MoveNextAsync(cancellationToken))
                    break;
            }
            catch (InvalidDataException e)
            {
                trouble = e.Message;
            }
            if (last is { } whole)
                yield return whole;
            last = null;
            if (trouble is not null)
            {
                yield return new CsvRow(number, "", "", trouble);
                yield break;
            }
            if (number == 1 && Columns.Named(reader.Current) is { } named)
                columns = named;
            else
                last = Read(reader.Current, number, columns);
        }
        if (guarded.EndsInQuote)
            yield return new CsvRow(number - 1, "", "", "A quote in this row is not closed; nothing from here on was read");
        else if (last is { } final)
            yield return final;
    }

    private static CsvRow? Read(SepReader.Row row, int number, Columns columns)
    {
        if (row.ColCount <= 1 && row.Span.IsWhiteSpace())
            return null;
        var email = Field(row, columns.Email);
        return new CsvRow(number, email, Field(row, columns.Reason), email.Length == 0 ? "The email is missing" : null);
    }

    private static string Field(SepReader.Row row, int column)
    {
        if (column < 0 || column >= row.ColCount)
            return "";
        var text = row[column].Span.Trim();
        return text[..Math.Min(text.Length, AddressList.MaxReason)].ToString();
    }

    private sealed record Columns(int Email, int Reason)
    {
        public static Columns? Named(SepReader.Row row)
        {
            var (email, reason) = (-1, -1);
            for (var i = row.ColCount - 1; i >= 0; i--)
            {
                var name = row[i].Span.Trim();
                if (name.Equals("email", StringComparison.OrdinalIgnoreCase))
                    email = i;
                else if (name.Equals("reason", StringComparison.OrdinalIgnoreCase))
                    reason = i;
            }
            return email < 0 ? null : new Columns(email, reason);
        }
    }
}
