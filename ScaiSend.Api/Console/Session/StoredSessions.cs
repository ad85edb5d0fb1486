using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Api.Console.Session;

/// <summary>The rows of those who are signed in: opened by the secret of a cookie, readable with the key of this installation only.</summary>
public sealed class StoredSessions(MailDatabase database, IOptions<SecretOptions> secrets, TimeProvider time)
{
    private const int SecretBytes = 32;

    private readonly SecretBox _box = SecretBox.For(secrets, "scaisend console session 1");

    /// <summary>Begins a session; answers what its cookie holds.</summary>
    public async Task<string> AddAsync(Credentials credentials, TimeSpan lasts, CancellationToken cancellationToken)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        db.ConsoleSessions.Add(
            new ConsoleSession
            {
                Hash = HashOf(secret),
                Sealed = Seal(credentials),
                ExpiresAt = time.GetUtcNow() + lasts,
            }
        );
        await db.SaveChangesAsync(cancellationToken);
        return secret;
    }

    /// <summary>Null when there is none, it is over, or nobody can read it any more.</summary>
    public async Task<Credentials?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var db = database.ForPlatform();
        var row = await db.ConsoleSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Hash == hash, cancellationToken);
        return row is null || row.ExpiresAt <= time.GetUtcNow() ? null : Open(row.Sealed);
    }

    /// <summary>Takes it on to renew the credentials; false when somebody else is at it. Who dies over it is waited for no longer than <paramref name="lasts"/>.</summary>
    public async Task<bool> TakeAsync(byte[] hash, TimeSpan lasts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + lasts;
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        var taken = await db
            .ConsoleSessions.Where(s => s.Hash == hash && (s.RenewingUntil == null || s.RenewingUntil <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.RenewingUntil, until), cancellationToken);
        return taken == 1;
    }

    /// <summary>Ends what <see cref="TakeAsync"/> began.</summary>
    /// <param name="renewed">Null: they stay as they are.</param>
    public async Task GiveBackAsync(byte[] hash, Credentials? renewed, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        var rows = db.ConsoleSessions.Where(s => s.Hash == hash);
        if (renewed is null)
            await rows.ExecuteUpdateAsync(set => set.SetProperty(s => s.RenewingUntil, (DateTimeOffset?)null), cancellationToken);
        else
        {
            var content = Seal(renewed);
            await rows.ExecuteUpdateAsync(
                set => set.SetProperty(s => s.RenewingUntil, (DateTimeOffset?)null).SetProperty(s => s.Sealed, content),
                cancellationToken
            );
        }
    }

    public async Task DeleteAsync(byte[] hash, CancellationToken cancellationToken)
    {
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        await db.ConsoleSessions.Where(s => s.Hash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private byte[] Seal(Credentials credentials) => _box.Seal(JsonSerializer.SerializeToUtf8Bytes(credentials));

    private Credentials? Open(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize<Credentials>(_box.Open(content));
        }
        // Its key has left the ring.
        catch (CryptographicException)
        {
            return null;
        }
    }
}
