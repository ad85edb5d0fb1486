using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Cli.Queue;

/// <summary>Rows in columns, for people.</summary>
internal static class TextTable
{
    /// <summary>The heads and the rows below them; a line for each.</summary>
    public static string Of(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> all = [heads, .. rows.Select(row => row.Select(ShownName.Printable).ToList())];
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        return string.Concat(all.Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd() + "\n"));
    }
}
