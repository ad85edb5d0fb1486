using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ScaiSend.Api.ScaiKey;

/// <summary>The header <c>X-ScaiKey-Signature: t=&lt;unix&gt;,v1=&lt;hex&gt;</c>: HMAC-SHA256 over <c>{t}.{raw body}</c>. While ScaiKey changes its secret there is a v1 for each.</summary>
internal static class ScaiKeySignature
{
    public const string Header = "X-ScaiKey-Signature";

    /// <summary>How far the signed moment may be from now.</summary>
    public static readonly TimeSpan ReplayWindow = TimeSpan.FromMinutes(5);

    /// <summary>Most signatures that are compared.</summary>
    public const int MostSignatures = 8;

    /// <summary>Why the body is not to be believed; null when it is.</summary>
    public static string? Trouble(string header, ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        if (Read(header) is not ({ } timestamp, { Count: > 0 and <= MostSignatures } signatures))
            return $"The header {Header} is malformed; allowed is t=<unix>,v1=<hex>";
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp.ToString(CultureInfo.InvariantCulture) + "."), .. body];
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        var isRight = false;
        foreach (var signature in signatures)
            isRight |= CryptographicOperations.FixedTimeEquals(signature, expected);
        if (!isRight)
            return "The signature is wrong";
        // After the signature, so that nobody learns our clock.
        return Math.Abs(now.ToUnixTimeSeconds() - timestamp) > ReplayWindow.TotalSeconds
            ? "The signed moment is more than 5 minutes from now"
            : null;
    }

    private static (long? Timestamp, List<byte[]> Signatures) Read(string header)
    {
        long? timestamp = null;
        var signatures = new List<byte[]>();
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith("t=", StringComparison.Ordinal))
            {
                // Written in one way only, for it is signed as it is written.
                if (
                    timestamp is not null
                    || !long.TryParse(part.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    || seconds > int.MaxValue * 100L
                    || seconds.ToString(CultureInfo.InvariantCulture) != part[2..]
                )
                    return (null, []);
                timestamp = seconds;
            }
            else if (part.StartsWith("v1=", StringComparison.Ordinal) && signatures.Count <= MostSignatures)
                signatures.Add(Bytes(part.AsSpan(3)));
        }
        return (timestamp, signatures);
    }

    private static byte[] Bytes(ReadOnlySpan<char> hex)
    {
        var bytes = new byte[HMACSHA256.HashSizeInBytes];
        return hex.Length == 2 * bytes.Length && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? bytes
            : [];
    }
}
