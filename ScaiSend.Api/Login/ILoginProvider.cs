using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Login;

/// <summary>Whoever proves who somebody is: ScaiKey where one is set, else ourselves.</summary>
public interface ILoginProvider
{
    /// <summary>Where the login goes on in a browser.</summary>
    /// <param name="stateText">Comes back with the code.</param>
    /// <exception cref="NoProviderException">It does not answer.</exception>
    Task<string> AuthorizationUrlAsync(LoginState state, string stateText, CancellationToken cancellationToken);

    /// <summary>Takes the code that the browser came back with.</summary>
    /// <exception cref="NoProviderException">It does not answer.</exception>
    Task<LoginOutcome> ExchangeAsync(string code, LoginState state, CancellationToken cancellationToken);

    /// <summary>Takes a refresh token; it may be good no more afterwards.</summary>
    /// <exception cref="NoProviderException">It does not answer.</exception>
    Task<LoginOutcome> RefreshAsync(string refreshToken, CancellationToken cancellationToken);

    /// <summary>Makes a refresh token good no more, where that can be done.</summary>
    Task ForgetAsync(string refreshToken, CancellationToken cancellationToken);
}

/// <summary>What came of a code or a refresh token: tokens, or a refusal.</summary>
public sealed record LoginOutcome
{
    private LoginOutcome() { }

    public LoginTokens? Tokens { get; private init; }

    /// <summary>The status of a refusal.</summary>
    public int Status { get; private init; }

    /// <summary>Its words.</summary>
    public string Words { get; private init; } = "";

    public static LoginOutcome Done(LoginTokens tokens) => new() { Tokens = tokens };

    public static LoginOutcome Refused(int status, string words) => new() { Status = status, Words = words };
}

/// <summary>What one who has logged in gets.</summary>
/// <param name="TenantId">The tenant that the access token is for; null for one of a partner or of the platform.</param>
public sealed record LoginTokens(string AccessToken, string? RefreshToken, long ExpiresIn, User User, Guid? TenantId);

/// <summary>Who proves who somebody is does not answer, or is not set up; the text says which, for people.</summary>
public sealed class NoProviderException(string message) : Exception(message);
