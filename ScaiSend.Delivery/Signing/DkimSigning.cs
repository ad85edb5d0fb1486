using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Platform.Domains;

namespace ScaiSend.Delivery.Signing;

/// <summary>
/// Signs a rendered mail with DKIM (RFC 6376), relaxed/relaxed, in one pass over its bytes; they stay as they are, behind the signatures.
/// Refuses nothing: which keys a domain has is decided elsewhere.
/// </summary>
public sealed class DkimSigning(TimeProvider time)
{
    private static readonly string[] SignedHeaders =
    [
        "From",
        "To",
        "Cc",
        "Subject",
        "Date",
        "Message-ID",
        "Reply-To",
        "MIME-Version",
        "Content-Type",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
    ];

    private const int LineLength = 72;

    /// <summary>How long reading the attachments for the signature may take. Together with the attempt's own limit it is less than its lease.</summary>
    public static readonly TimeSpan ReadLimit = TimeSpan.FromMinutes(1);

    /// <summary>The mail with one signature per key in front; the same mail when there is no key or it is signed already.</summary>
    public RenderedMail Sign(RenderedMail mail, IReadOnlyList<DkimKey> keys)
    {
        if (mail.Files is not null)
            throw new ArgumentException("A mail with large attachments is to be signed asynchronously", nameof(mail));
        return mail.IsSigned || keys.Count == 0 ? mail : Sign(mail, keys, bodyHash: null);
    }

    /// <summary>The same for a mail with large attachments, which are read from the store once.</summary>
    public async Task<RenderedMail> SignAsync(
        RenderedMail mail,
        IReadOnlyList<DkimKey> keys,
        MailPieces pieces,
        CancellationToken cancellationToken
    )
    {
        if (mail.Files is null)
            return Sign(mail, keys);
        if (mail.IsSigned || keys.Count == 0)
            return mail;
        using var limit = new CancellationTokenSource(ReadLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var hash = new RelaxedBodyHash();
        try
        {
            await foreach (var piece in pieces.ReadAsync(mail, new RelaxedHeaders(mail.Bytes.Span).BodyStart, either.Token))
                hash.Append(piece.Span);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            throw FileTroubleException.Of(new TimeoutException());
        }
        return Sign(mail, keys, hash.Finish());
    }

    private RenderedMail Sign(RenderedMail mail, IReadOnlyList<DkimKey> keys, byte[]? bodyHash)
    {
        var message = mail.Bytes.Span;
        var headers = new RelaxedHeaders(message);
        var signed = new ArrayBufferWriter<byte>(2048);
        var names = WriteSignedHeaders(headers, signed);
        var hash = Convert.ToBase64String(bodyHash ?? RelaxedBody.Hash(message[headers.BodyStart..]));
        var result = new ArrayBufferWriter<byte>(message.Length + 1024 * keys.Count);
        foreach (var key in keys)
            WriteSignature(key, names, hash, signed.WrittenSpan, result);
        var added = result.WrittenCount;
        result.Write(message);
        return mail with
        {
            IsSigned = true,
            Bytes = result.WrittenMemory,
            Files = mail.Files?.Select(file => file with { Offset = file.Offset + added }).ToList(),
        };
    }

    private static string WriteSignedHeaders(RelaxedHeaders headers, ArrayBufferWriter<byte> output)
    {
        // RFC 6376 §8.15: naming From once more than it occurs makes an added From break the signature.
        var names = new StringBuilder("From");
        var room = LineLength;
        foreach (var name in SignedHeaders)
            for (var count = headers.Write(name, output); count > 0; count--)
            {
                room -= name.Length + 1;
                names.Append(room < 0 ? ":\r\n\t" : ":").Append(name);
                room = room < 0 ? LineLength : room;
            }
        return names.ToString();
    }

    private void WriteSignature(
        DkimKey key,
        string names,
        string bodyHash,
        ReadOnlySpan<byte> signedHeaders,
        ArrayBufferWriter<byte> output
    )
    {
        var algorithm = key.Algorithm == DkimAlgorithm.RsaSha256 ? "rsa-sha256" : "ed25519-sha256";
        var moment = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var value = Encoding.ASCII.GetBytes(
            $" v=1; a={algorithm}; c=relaxed/relaxed; d={key.Domain};\r\n\ts={key.Selector}; t={moment};\r\n\th={names};\r\n\tbh={bodyHash};\r\n\tb="
        );
        var toSign = new ArrayBufferWriter<byte>(signedHeaders.Length + value.Length + 32);
        toSign.Write(signedHeaders);
        RelaxedHeaders.WriteField("DKIM-Signature", value, toSign);

        output.Write("DKIM-Signature:"u8);
        output.Write(value);
        WriteFolded(key.Sign(SHA256.HashData(toSign.WrittenSpan)), output);
        output.Write("\r\n"u8);
    }

    private static void WriteFolded(byte[] signature, ArrayBufferWriter<byte> output)
    {
        var text = Encoding.ASCII.GetBytes(Convert.ToBase64String(signature));
        for (var start = 0; start < text.Length; start += LineLength)
        {
            if (start > 0)
                output.Write("\r\n\t"u8);
            output.Write(text.AsSpan(start, Math.Min(LineLength, text.Length - start)));
        }
    }
}
