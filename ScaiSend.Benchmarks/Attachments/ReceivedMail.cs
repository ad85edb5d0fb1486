using System.Security.Cryptography;
using MimeKit;

namespace ScaiSend.Benchmarks.Attachments;

/// <summary>Reads a mail that the receiver wrote to disk, with a parser that is not ours.</summary>
public static class ReceivedMail
{
    /// <summary>SHA-256 of its only attachment; a text that says what is wrong when there is not one.</summary>
    public static async Task<string> HashOfAttachmentAsync(string file, CancellationToken cancellationToken)
    {
        using var mail = await MimeMessage.LoadAsync(file, cancellationToken);
        if (mail.Attachments.OfType<MimePart>().ToList() is not [{ Content: { } content }])
            return $"{file} has not one attachment";
        await using var decoded = content.Open();
        return Convert.ToHexString(await SHA256.HashDataAsync(decoded, cancellationToken));
    }
}
