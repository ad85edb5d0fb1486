using System.Security.Cryptography;
using System.Text;

namespace ScaiSend.IntegrationTests.Support;

/// <summary>The receiver of <c>docs/webhooks.md</c>, which shows what stands here.</summary>
public static class DocumentedReceiver
{
    // begin: docs/webhooks.md
    /// <summary>Whether a POST came from ScaiSend, and not long ago.</summary>
    /// <param name="secret">whsec_…, all of it.</param>
    /// <param name="header">X-ScaiSend-Signature.</param>
    /// <param name="body">The bytes as they came, before anything parses them.</param>
    public static bool IsGenuine(string secret, string header, byte[] body, DateTimeOffset now)
    {
        var parts = header.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToList();
        if (parts.Find(part => part[0] == "t") is not { } t || !long.TryParse(t[1], out var seconds))
            return false;
        if (seconds < now.ToUnixTimeSeconds() - 300 || seconds > now.ToUnixTimeSeconds() + 300)
            return false;
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{t[1]}."), .. body];
        var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
        // During a rotation there are two.
        return parts.Any(part => part[0] == "v1" && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(part[1]), expected));
    }
    // end
}
