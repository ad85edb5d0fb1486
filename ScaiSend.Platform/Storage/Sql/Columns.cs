using System.Data.Common;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>Reads the two column types that ADO.NET has no word for.</summary>
public static class Columns
{
    /// <summary>An id from 16 big-endian bytes.</summary>
    public static Guid GetId(this DbDataReader row, int column) => new(row.GetFieldValue<byte[]>(column), bigEndian: true);

    /// <summary>A moment from Unix milliseconds, null from NULL.</summary>
    public static DateTimeOffset? GetMoment(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
