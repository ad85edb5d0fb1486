using System.Security.Cryptography;
using System.Text;
using MySqlConnector;

namespace ScaiSend.Benchmarks.Schedule;

/// <summary>The database's side of the run: a second tenant, written as rows because there is no API for it, and what became of each tenant's mail.</summary>
public sealed class TwoTenants(string connectionString, TimeProvider time)
{
    private readonly byte[] other = Guid.CreateVersion7(time.GetUtcNow()).ToByteArray(bigEndian: true);

    /// <summary>Adds a tenant with the seeded one's domain and DKIM keys; answers its live key.</summary>
    public async Task<string> AddOtherAsync(CancellationToken cancellationToken)
    {
        var key = $"sg_live_{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        const string newId = "UNHEX(REPLACE(UUID(),'-',''))";
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(
            "INSERT INTO tenants (id,name,slug,created_at) SELECT @other,'Other','other',created_at FROM tenants;"
                + $"INSERT INTO api_keys (id,tenant_id,name,prefix,hash,is_test,scopes,created_at) SELECT {newId},@other,name,@prefix,@hash,0,scopes,created_at FROM api_keys WHERE is_test=0;"
                + $"INSERT INTO sender_domains (id,tenant_id,name,is_active,created_at,verified_at) SELECT {newId},@other,name,is_active,created_at,verified_at FROM sender_domains;"
                + $"INSERT INTO dkim_keys (id,tenant_id,domain,selector,algorithm,sealed_private_key,created_at) SELECT {newId},@other,domain,selector,algorithm,sealed_private_key,created_at FROM dkim_keys",
            connection
        );
        command.Parameters.AddWithValue("@other", other);
        command.Parameters.AddWithValue("@prefix", key[..16]);
        command.Parameters.AddWithValue("@hash", SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return key;
    }

    /// <summary>How many emails of the first tenant are not at their end.</summary>
    public Task<long> MassLeftAsync(CancellationToken cancellationToken) => CountAsync("tenant_id<>@other AND lane<>0", cancellationToken);

    /// <summary>How many emails of the other tenant are not at their end.</summary>
    public Task<long> SinglesLeftAsync(CancellationToken cancellationToken) =>
        CountAsync("tenant_id=@other AND lane<>0", cancellationToken);

    /// <summary>How many emails of both were delivered.</summary>
    public Task<long> DeliveredAsync(CancellationToken cancellationToken) => CountAsync("state=6", cancellationToken);

    /// <summary>Seconds from the due time to the last delivery of the mass.</summary>
    public async Task<double> DrainSecondsAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var last = (await ReadAsync("SELECT MAX(ended_at) FROM emails WHERE tenant_id<>@other", cancellationToken)).Single();
        return (last - due.ToUnixTimeMilliseconds()) / 1000.0;
    }

    /// <summary>Milliseconds from acceptance to delivered, of each of the other tenant's mails accepted since a moment.</summary>
    public async Task<IReadOnlyList<double>> LatenciesAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        [
            .. (
                await ReadAsync(
                    $"SELECT ended_at-created_at FROM emails WHERE tenant_id=@other AND state=6 AND created_at>={since.ToUnixTimeMilliseconds()}",
                    cancellationToken
                )
            ).Select(ms => (double)ms),
        ];

    private async Task<long> CountAsync(string which, CancellationToken cancellationToken) =>
        (await ReadAsync($"SELECT COUNT(*) FROM emails WHERE {which}", cancellationToken)).Single();

    private async Task<List<long>> ReadAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        command.Parameters.AddWithValue("@other", other);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var numbers = new List<long>();
        while (await rows.ReadAsync(cancellationToken))
            numbers.Add(rows.GetInt64(0));
        return numbers;
    }
}
