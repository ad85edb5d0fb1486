using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using MySqlConnector;
using ScaiSend.Platform.Storage.Sql;

namespace ScaiSend.Platform.Storage;

/// <summary>The way to the database: contexts for reading, connections for the hot statements.</summary>
public sealed class MailDatabase
{
    public MailDatabase(IOptions<DatabaseOptions> options)
    {
        Options = options.Value;
        Dialect = ReadUrl(Options);
    }

    public DatabaseOptions Options { get; }
    public SqlDialect Dialect { get; }

    /// <summary>A context that sees one tenant's rows.</summary>
    public MailDb For(Guid tenantId) => Dialect.Context(tenantId);

    /// <summary>A context for work that belongs to no tenant; queries on tenants' rows must lift the filter themselves.</summary>
    public MailDb ForPlatform() => Dialect.Context(Guid.Empty);

    /// <summary>An open connection, set up for the hot statements.</summary>
    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = Dialect.Connect();
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = Dialect.OnOpen;
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings the schema up to date; creates the database when it is missing.</summary>
    /// <exception cref="OptionsValidationException">It is one that we cannot work with.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        (Dialect as SqliteDialect)?.MakeFolder();
        await using var db = ForPlatform();
        if (await db.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken))
        {
            await using var connection = await OpenAsync(cancellationToken);
            await Dialect.CheckAsync(connection, cancellationToken);
        }
        await db.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Whether the database or the way to it is at fault, so that the same may work later.</summary>
    public bool IsOutage(Exception e) =>
        e is TimeoutException || Dialect.IsTransient(e) || e.InnerException is { } inner && IsOutage(inner);

    private static SqlDialect ReadUrl(DatabaseOptions options)
    {
        var scheme = options.Url.Split("://", 2)[0];
        return scheme switch
        {
            "sqlite" => new SqliteDialect(options.Url["sqlite://".Length..]),
            // The Python original wrote its driver into the scheme; such URLs keep working.
            "mysql" or "mariadb" or "mysql+aiomysql" => new MySqlDialect(ConnectionString(new Uri(options.Url)), options.Writers),
            _ => throw new OptionsValidationException(
                "Database",
                typeof(DatabaseOptions),
                [$"Database:Url starts with '{scheme}://'; allowed are mysql://user:password@host:port/name and sqlite://path"]
            ),
        };
    }

    private static string ConnectionString(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        return new MySqlConnectionStringBuilder
        {
            Server = url.Host,
            Port = url.IsDefaultPort ? 3306 : (uint)url.Port,
            Database = url.AbsolutePath.Trim('/'),
            UserID = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "",
            GuidFormat = MySqlGuidFormat.None,
            // Pooled connections only read, so there is no state to reset; a reset would cost a round trip per use.
            ConnectionReset = false,
            AllowPublicKeyRetrieval = true,
            ConnectionTimeout = 5,
            DefaultCommandTimeout = 30,
            ApplicationName = "scaisend",
        }.ConnectionString;
    }
}
