namespace ScaiSend.Api.Console.Session;

/// <summary>What one who is signed in came with, kept sealed: the tokens of a login, or an operator's key.</summary>
/// <param name="AccessUntil">When the access token ends; an operator's key does not.</param>
/// <param name="Name">What he is called.</param>
/// <param name="Tenant">The name of his own tenant; null when he has none.</param>
public sealed record Credentials(
    string? AccessToken,
    string? RefreshToken,
    string? OperatorKey,
    DateTimeOffset AccessUntil,
    string Name,
    string? Tenant
);
