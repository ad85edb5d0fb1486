using System.Data.Common;
using System.Globalization;
using System.Text;

namespace ScaiSend.Platform.Storage.Sql;

/// <summary>
/// Builds one command of several statements, so that a whole transaction costs one round trip.
/// Ids and numbers are written as literals (cheaper than thousands of parameters); everything a caller can influence is a parameter.
/// </summary>
public sealed class SqlBatch(DbCommand command)
{
    private readonly StringBuilder _sql = new(4096);
    private bool _isFirstValue;

    /// <summary>Appends trusted SQL text.</summary>
    public SqlBatch Sql(string text)
    {
        _sql.Append(text);
        return this;
    }

    /// <summary>Begins the next row of a multi-row VALUES list.</summary>
    public SqlBatch Row(bool isFirst)
    {
        _sql.Append(isFirst ? "(" : "),(");
        _isFirstValue = true;
        return this;
    }

    /// <summary>Ends a VALUES list.</summary>
    public SqlBatch EndRows()
    {
        _sql.Append(')');
        return this;
    }

    /// <summary>The next value stands alone, with no comma before it.</summary>
    public SqlBatch Alone()
    {
        _isFirstValue = true;
        return this;
    }

    public SqlBatch Value(Guid id)
    {
        Comma();
        return Id(id);
    }

    public SqlBatch Value(Guid? id) => id is { } known ? Value(known) : Value((long?)null);

    public SqlBatch Value(long? number)
    {
        Comma();
        if (number is { } n)
            _sql.Append(CultureInfo.InvariantCulture, $"{n}");
        else
            _sql.Append("NULL");
        return this;
    }

    public SqlBatch Value(DateTimeOffset? at) => Value(at?.ToUnixTimeMilliseconds());

    public SqlBatch Value(string? text) => Parameter(text);

    public SqlBatch Value(byte[]? bytes) => Parameter(bytes);

    /// <summary>A list of ids in parentheses.</summary>
    public SqlBatch Ids(IEnumerable<Guid> ids)
    {
        var open = '(';
        foreach (var id in ids)
        {
            _sql.Append(open);
            Id(id);
            open = ',';
        }
        _sql.Append(')');
        return this;
    }

    /// <summary>One id as a literal.</summary>
    public SqlBatch Id(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<char> hex = stackalloc char[32];
        Convert.TryToHexStringLower(bytes, hex, out _);
        _sql.Append("x'").Append(hex).Append('\'');
        return this;
    }

    /// <summary>Runs what was built.</summary>
    public Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        command.CommandText = _sql.ToString();
        return command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs what was built and reads its rows.</summary>
    public Task<DbDataReader> ReadAsync(CancellationToken cancellationToken)
    {
        command.CommandText = _sql.ToString();
        return command.ExecuteReaderAsync(cancellationToken);
    }

    /// <summary>One text as a parameter.</summary>
    public SqlBatch Text(string text)
    {
        _isFirstValue = true;
        return Parameter(text);
    }

    private SqlBatch Parameter(object? value)
    {
        Comma();
        if (value is null)
        {
            _sql.Append("NULL");
            return this;
        }
        var parameter = command.CreateParameter();
        parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{command.Parameters.Count}");
        parameter.Value = value;
        command.Parameters.Add(parameter);
        _sql.Append(parameter.ParameterName);
        return this;
    }

    private void Comma()
    {
        if (!_isFirstValue)
            _sql.Append(',');
        _isFirstValue = false;
    }
}
