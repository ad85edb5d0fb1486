using System.Security.Cryptography;
using MySqlConnector;

namespace ScaiSend.Benchmarks.Webhooks;

/// <summary>The run's webhook, written as a row past the API; its secret is sealed as the product seals it, so that every POST is signed.</summary>
public sealed class EndpointRow(string connectionString, byte[] secretsKey, TimeProvider time)
{
    /// <summary>From now on events are owed to the URL.</summary>
    /// <param name="backlog">So many of the last events are owed to it as well, as after a replay.</param>
    /// <param name="isBatch">SendGrid's batches; otherwise one event in each POST.</param>
    public async Task TurnOnAsync(string url, bool isBatch, int backlog, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = isBatch ? key.ExportPkcs8PrivateKey() : "whsec_0123456789abcdef0123456789abcdef"u8.ToArray();
        await RunAsync(
            "START TRANSACTION;"
                + "INSERT INTO webhook_endpoints (id,tenant_id,kind,url,events,is_enabled,sealed_secret,created_at,updated_at,failure_count)"
                + " SELECT @id,id,@kind,@url,'*',1,@secret,created_at,created_at,0 FROM tenants;"
                + "INSERT INTO webhook_deliveries (lane,position,endpoint_id,tenant_id,state,due_at,attempts)"
                + $" SELECT lane,position,@id,tenant_id,0,at,0 FROM events WHERE type IN ('processed','delivered') ORDER BY at DESC LIMIT {backlog};"
                + "UPDATE webhook_revisions SET revision=revision+1;COMMIT",
            cancellationToken,
            ("@id", Guid.CreateVersion7(time.GetUtcNow()).ToByteArray(bigEndian: true)),
            ("@kind", isBatch ? 1 : 0),
            ("@url", url),
            ("@secret", Seal(secret))
        );
    }

    /// <summary>From now on nothing is owed to anybody.</summary>
    public Task TurnOffAsync(CancellationToken cancellationToken) =>
        RunAsync(
            "START TRANSACTION;DELETE FROM webhook_endpoints;UPDATE webhook_revisions SET revision=revision+1;COMMIT;"
                + "DELETE FROM webhook_deliveries WHERE state=0",
            cancellationToken
        );

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] values)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Format, key id, nonce, tag, ciphertext.
    private byte[] Seal(byte[] secret)
    {
        var sealedBytes = new byte[33 + secret.Length];
        sealedBytes[0] = 1;
        HMACSHA256.HashData(secretsKey, "key id"u8).AsSpan(0, 4).CopyTo(sealedBytes.AsSpan(1));
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(5, 12));
        using var aes = new AesGcm(secretsKey, 16);
        aes.Encrypt(sealedBytes.AsSpan(5, 12), secret, sealedBytes.AsSpan(33), sealedBytes.AsSpan(17, 16), sealedBytes.AsSpan(0, 5));
        return sealedBytes;
    }
}
