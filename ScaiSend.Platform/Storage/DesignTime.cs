using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ScaiSend.Platform.Storage;

/// <summary>Lets <c>dotnet ef migrations add</c> make the migrations of MySQL without a server.</summary>
public sealed class MySqlDesignTime : IDesignTimeDbContextFactory<MySqlMailDb>
{
    public MySqlMailDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<MySqlMailDb>().UseMySql("Server=none", new MySqlServerVersion("8.0.0")).Options);
}

/// <summary>Lets <c>dotnet ef migrations add</c> make the migrations of SQLite.</summary>
public sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteMailDb>
{
    public SqliteMailDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteMailDb>().UseSqlite("Data Source=none.db").Options);
}
