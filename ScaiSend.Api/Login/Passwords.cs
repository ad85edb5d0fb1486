using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using ScaiSend.Platform.Storage.Identity;

namespace ScaiSend.Api.Login;

/// <summary>What a password is worth.</summary>
public enum PasswordVerdict
{
    Wrong,
    Right,

    /// <summary>Right, and its hash should be made anew.</summary>
    RightOfOld,
}

/// <summary>Hashes and checks passwords with ASP.NET Core Identity's hasher (PBKDF2, HMAC-SHA512). Not more at a time than half of the processor, so that mail goes on.</summary>
public sealed class Passwords : IDisposable
{
    /// <summary>Fewest characters of a password.</summary>
    public const int Shortest = 12;

    /// <summary>Most characters of a password.</summary>
    public const int Longest = 256;

    // What OWASP's password storage cheat sheet asks of PBKDF2 with SHA-512.
    private const int Rounds = 210_000;

    private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private readonly SemaphoreSlim _atOnce = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly string _nobodys;

    public Passwords() => _nobodys = Hash(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    // The hasher does not look at the user.
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>Checks a password. One that is nobody's takes as long as a wrong one.</summary>
    public async Task<PasswordVerdict> CheckAsync(User? user, string password, CancellationToken cancellationToken)
    {
        await _atOnce.WaitAsync(cancellationToken);
        try
        {
            var verdict = _hasher.VerifyHashedPassword(user!, user?.PasswordHash ?? _nobodys, password);
            return user?.PasswordHash is null ? PasswordVerdict.Wrong
                : verdict == PasswordVerificationResult.Success ? PasswordVerdict.Right
                : verdict == PasswordVerificationResult.SuccessRehashNeeded ? PasswordVerdict.RightOfOld
                : PasswordVerdict.Wrong;
        }
        finally
        {
            _atOnce.Release();
        }
    }

    /// <summary>Why a text cannot be a user's password, in words; null when it can.</summary>
    public static string? Trouble(string password, string email) =>
        password.Length < Shortest ? $"The password must have at least {Shortest} characters"
        : password.Length > Longest ? $"The password must have at most {Longest} characters"
        : password.Equals(email, StringComparison.OrdinalIgnoreCase) ? "The password must not be the email address"
        : password.Distinct().Count() < 3 ? "The password must not repeat one or two characters"
        : null;

    public void Dispose() => _atOnce.Dispose();
}
