using Microsoft.Extensions.Logging;
using ScaiSend.Api.Login;

namespace ScaiSend.Api.Console.Session;

/// <summary>
/// Who is signed in, and that he stays so: renews an access token that runs out, once for all requests that need it, because a refresh token that
/// comes twice ends the login (decision 86).
/// </summary>
public sealed class Sessions(StoredSessions stored, LoginProvider provider, TimeProvider time, ILogger<Sessions> log)
{
    /// <summary>How long one stays signed in, whatever he does: a working day.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    /// <summary>The same for an operator, whose key opens everything.</summary>
    public static readonly TimeSpan OperatorLasts = TimeSpan.FromHours(8);

    /// <summary>Renewed so long before the end that nobody has to wait for it.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    /// <summary>How long renewing may take.</summary>
    public static readonly TimeSpan RenewLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    public Task<string> BeginAsync(LoginTokens tokens, string name, string? tenant, CancellationToken cancellationToken) =>
        stored.AddAsync(Of(tokens, name, tenant), Lasts, cancellationToken);

    public Task<string> BeginAsync(string operatorKey, string name, CancellationToken cancellationToken) =>
        stored.AddAsync(new Credentials(null, null, operatorKey, DateTimeOffset.MaxValue, name, null), OperatorLasts, cancellationToken);

    /// <summary>His credentials, good now; null when he has to sign in again.</summary>
    /// <exception cref="NoProviderException">They have run out, and nobody can renew them at the moment.</exception>
    public async Task<Credentials?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        for (var tries = RenewLimit / LookAgainAfter; tries > 0; tries--)
        {
            if (await stored.FindAsync(hash, cancellationToken) is not { } found)
                return null;
            var now = time.GetUtcNow();
            if (found.AccessUntil - RenewBefore > now)
                return found;
            if (found.RefreshToken is not null && await stored.TakeAsync(hash, RenewLimit, cancellationToken))
                return await RenewAsync(hash, found);
            if (found.AccessUntil > now)
                return found;
            if (found.RefreshToken is null)
                return null;
            await Task.Delay(LookAgainAfter, cancellationToken);
        }
        throw new NoProviderException("Your login could not be renewed; try again in a moment");
    }

    /// <summary>Ends the session, and the login that it came from.</summary>
    public async Task EndAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var found = await stored.FindAsync(hash, cancellationToken);
        await stored.DeleteAsync(hash, cancellationToken);
        if (found?.RefreshToken is { } token)
            await provider.Chosen.ForgetAsync(token, cancellationToken);
    }

    // Not cut short with its request: the refresh token is used by then.
    private async Task<Credentials?> RenewAsync(byte[] hash, Credentials old)
    {
        using var limit = new CancellationTokenSource(RenewLimit);
        // Somebody may have renewed them between our look and our turn.
        if (await stored.FindAsync(hash, limit.Token) is not { } current)
            return null;
        if (current.RefreshToken != old.RefreshToken)
        {
            await stored.GiveBackAsync(hash, null, limit.Token);
            return current;
        }
        try
        {
            var outcome = await provider.Chosen.RefreshAsync(current.RefreshToken!, limit.Token);
            if (outcome.Tokens is not { } tokens)
            {
                await stored.DeleteAsync(hash, limit.Token);
                return null;
            }
            var renewed = Of(tokens, current.Name, current.Tenant);
            await stored.GiveBackAsync(hash, renewed, limit.Token);
            return renewed;
        }
        catch (NoProviderException e)
        {
            await stored.GiveBackAsync(hash, null, limit.Token);
            if (current.AccessUntil <= time.GetUtcNow())
                throw;
            log.LogWarning("A login in the console is renewed later: {Reason}", e.Message);
            return current;
        }
    }

    private Credentials Of(LoginTokens tokens, string name, string? tenant) =>
        new(tokens.AccessToken, tokens.RefreshToken, null, time.GetUtcNow() + TimeSpan.FromSeconds(tokens.ExpiresIn), name, tenant);
}
