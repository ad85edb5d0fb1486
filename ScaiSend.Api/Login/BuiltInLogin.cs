using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Identity;
using ScaiSend.Contracts;
using ScaiSend.Platform;

namespace ScaiSend.Api.Login;

/// <summary>The login of installations without ScaiKey: our own page asks for the password, and our own issuer makes the tokens.</summary>
public sealed class BuiltInLogin(LoginGrants grants, Admission admission, BuiltInTokens tokens, PublicUrl url) : ILoginProvider
{
    /// <summary>The path of the login page.</summary>
    public const string PagePath = "/login";

    /// <summary>How long an access token is good.</summary>
    public static readonly TimeSpan AccessLasts = TimeSpan.FromHours(1);

    public Task<string> AuthorizationUrlAsync(LoginState state, string stateText, CancellationToken cancellationToken) =>
        Task.FromResult(url.Of($"{PagePath}?state={stateText}"));

    public async Task<LoginOutcome> ExchangeAsync(string code, LoginState state, CancellationToken cancellationToken)
    {
        if (await grants.UseCodeAsync(code, state.Challenge, cancellationToken) is not { } grant)
            return LoginOutcome.Refused(StatusCodes.Status400BadRequest, "The code is wrong, used or expired; log in again");
        return await AnswerAsync(
            await admission.AdmitAsync(grant.UserId, state.Tenant, cancellationToken),
            grant.FamilyId,
            cancellationToken
        );
    }

    public async Task<LoginOutcome> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        if (await grants.FindRefreshAsync(refreshToken, cancellationToken) is not var (grant, tenantId))
            return Unknown;
        var admitted = await admission.AdmitAsync(grant.UserId, tenantId is { } id ? Ids.Show(Ids.Tenant, id) : null, cancellationToken);
        // Looked at before the token is used, so that a tenant's suspension does not cost its users their logins.
        if (admitted.Obstacle is not null)
            return Refused(admitted.Obstacle.Value);
        return await grants.UseAsync(grant, cancellationToken) ? await AnswerAsync(admitted, grant.FamilyId, cancellationToken) : Unknown;
    }

    public Task ForgetAsync(string refreshToken, CancellationToken cancellationToken) => grants.EndAsync(refreshToken, cancellationToken);

    private static LoginOutcome Unknown =>
        LoginOutcome.Refused(StatusCodes.Status401Unauthorized, "The refresh token is wrong, used, revoked or expired; log in again");

    private static LoginOutcome Refused(Obstacle obstacle) =>
        LoginOutcome.Refused(StatusCodes.Status403Forbidden, Admission.Words(obstacle));

    private async Task<LoginOutcome> AnswerAsync(Admitted admitted, Guid familyId, CancellationToken cancellationToken)
    {
        if (admitted.Obstacle is { } obstacle)
            return Refused(obstacle);
        var (user, tenantId) = (admitted.User!, admitted.Tenant?.Id);
        var access = tokens.Issue(Ids.Show(Ids.User, user.Id), tenantId, [], AccessLasts, user.Rank, user.PartnerId);
        var refresh = await grants.NewRefreshAsync(user.Id, familyId, tenantId, cancellationToken);
        return LoginOutcome.Done(new LoginTokens(access, refresh, (long)AccessLasts.TotalSeconds, user, tenantId));
    }
}
