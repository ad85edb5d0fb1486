using System.Buffers;
using System.Text;
using ScaiSend.Platform.Tenancy;

namespace ScaiSend.Delivery.Inbound;

/// <summary>
/// Finds a return path of ours in what a mail quotes: in a Return-Path, an Original-Mail-From, a forwarder's rewriting of it, or plain
/// text. Where it stands proves nothing and need not: only who has seen the email's envelope can write it.
/// </summary>
internal static class QuotedToken
{
    // Only proofs cost, and an honest mail quotes one return path, seldom more.
    private const int MostTried = 50;

    private static readonly SearchValues<byte> LettersAndDigits = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8
    );

    public static Guid? Find(ReadOnlyMemory<byte> mail, ReturnPaths paths)
    {
        var rest = mail.Span;
        for (var tried = 0; tried < MostTried && rest.IndexOf((byte)'+') is >= 0 and var plus; rest = rest[(plus + 1)..])
        {
            if (plus == 0 || rest[plus - 1] is not ((byte)'b' or (byte)'B') || rest.Length < plus - 1 + ReturnPaths.LocalPartLength)
                continue;
            var localPart = rest.Slice(plus - 1, ReturnPaths.LocalPartLength);
            if (localPart[2..].ContainsAnyExcept(LettersAndDigits))
                continue;
            tried++;
            if (paths.TryReadLocalPart(Encoding.ASCII.GetString(localPart), out var emailId))
                return emailId;
        }
        return null;
    }
}
