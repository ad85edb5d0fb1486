using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using ScaiSend.Api.Authentication;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Login;

/// <summary>Keeps the rows of those who log in with ScaiKey: who comes for the first time gets one, and who has another name or address there has it here.</summary>
public sealed class ScaiKeyUsers(MailDatabase database, ScaiKeyClient client, TimeProvider time)
{
    /// <summary>Most characters of an id of ScaiKey's.</summary>
    public const int MaxId = 64;

    private const int MaxEmail = 320;
    private const int MaxName = 255;

    /// <summary>The caller's row, as ScaiKey knows him now.</summary>
    /// <param name="accessToken">Checked already.</param>
    public async Task<User> KeepAsync(Caller caller, string accessToken, CancellationToken cancellationToken)
    {
        var profile = await ProfileAsync(accessToken, caller.Subject!, cancellationToken);
        try
        {
            return await SaveAsync(caller, profile, cancellationToken);
        }
        // Somebody else, or he himself in another window, has added him meanwhile.
        catch (DbUpdateException)
        {
            return await SaveAsync(caller, profile, cancellationToken);
        }
    }

    /// <summary>Whether a tenant has this name: its id here or at ScaiKey, or its short name.</summary>
    public async Task<bool> IsAsync(Guid tenantId, string name, CancellationToken cancellationToken)
    {
        Ids.TryRead(Ids.Tenant, name, out var id);
        await using var db = database.For(tenantId);
        return await db.Tenants.AnyAsync(t => t.Id == id || t.ExternalId == name || t.Slug == name, cancellationToken);
    }

    private async Task<User> SaveAsync(Caller caller, Profile profile, CancellationToken cancellationToken)
    {
        var subject = caller.Subject!;
        Ids.TryRead(Ids.User, subject, out var id);
        using var turn = await database.Dialect.TakeTurnAsync(cancellationToken);
        await using var db = database.ForPlatform();
        var user = await db.Users.FirstOrDefaultAsync(u => u.ExternalId == subject || u.Id == id, cancellationToken);
        if (user is null)
        {
            user = new User
            {
                Id = Ids.New(time),
                ExternalId = subject,
                Email = "",
                HomeTenantId = caller.TenantId == Guid.Empty ? null : caller.TenantId,
                PartnerId = caller.PartnerId,
                CreatedAt = time.GetStoredNow(),
            };
            db.Users.Add(user);
        }
        user.Email = Cut(profile.Email, MaxEmail) ?? user.Email;
        user.FirstName = Cut(profile.FirstName, MaxName) ?? user.FirstName;
        user.LastName = Cut(profile.LastName, MaxName) ?? user.LastName;
        user.DisplayName = Cut(profile.DisplayName, MaxName) ?? user.DisplayName;
        await db.SaveChangesAsync(cancellationToken);
        return user;
    }

    // OpenID Connect Core 1.0 §5.1; §5.3.2: what is said about another is not looked at.
    private async Task<Profile> ProfileAsync(string accessToken, string subject, CancellationToken cancellationToken)
    {
        var token = new JsonWebToken(accessToken);
        var said = Read(name => token.TryGetPayloadValue<string>(name, out var text) ? text : null);
        if (said.Email is not null)
            return said;
        var info = await client.UserInfoAsync(accessToken, cancellationToken);
        return ScaiKeyClient.Text(info, "sub") == subject ? Read(name => ScaiKeyClient.Text(info, name)) : said;
    }

    private static Profile Read(Func<string, string?> claim) =>
        new(claim("email"), claim("given_name"), claim("family_name"), claim("name"));

    private static string? Cut(string? text, int max) => text is null ? null : Tracking.Visitor.Cut(text, max);

    private sealed record Profile(string? Email, string? FirstName, string? LastName, string? DisplayName);
}
