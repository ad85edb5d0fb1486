using System.Text.Json.Serialization;
using MassTransit;
using ScaiSend.Contracts.Simulation;

namespace ScaiSend.Contracts.Emails;

/// <summary>
/// These emails wait for the renderer. A hint: the rows are the truth, their leases bring back what a lost hint would lose.
/// One hint names the emails of one commit, so that a busy door costs few broker messages.
/// </summary>
public sealed record EmailsQueued(IReadOnlyList<QueuedEmail> Emails);

/// <summary>One email that waits for the renderer.</summary>
/// <param name="Version">The row's version when the hint was made; a stage that finds another version stops.</param>
public sealed record QueuedEmail(Guid EmailId, Guid MessageId, Guid TenantId, int Version);

/// <summary>These emails are rendered and wait for the SMTP stage. A hint, like <see cref="EmailsQueued"/>.</summary>
public sealed record EmailsProcessed(IReadOnlyList<ProcessedEmail> Emails);

/// <summary>One email that waits for the SMTP stage. Its bytes travel in <see cref="Mail"/>, or by <see cref="MailKey"/> when large or spooled.</summary>
/// <param name="Version">The row's version when the hint was made; a stage that finds another version stops.</param>
/// <param name="MailKey">Key of a <see cref="RenderedMail"/> in the blob store, when <see cref="Mail"/> is null.</param>
public sealed record ProcessedEmail(Guid EmailId, Guid MessageId, Guid TenantId, int Version, RenderedMail? Mail, string? MailKey)
{
    /// <summary>Whether the saga has not been told of the rendering yet: handed over in memory, the sender tells both at once.</summary>
    [JsonIgnore]
    public bool IsUntold { get; init; }
}

/// <summary>An email as it goes over the wire, with its envelope.</summary>
/// <param name="ReversePath">RFC 5321 §4.1.1.2, without angle brackets.</param>
/// <param name="Recipient">RFC 5321 §4.1.1.3 forward path, domain as A-label.</param>
/// <param name="SigningDomain">Lower-case domain of the From address, as A-label.</param>
/// <param name="NeedsSmtpUtf8">RFC 6531: an address of envelope or header has a non-ASCII local part.</param>
/// <param name="IsSigned">Whether <see cref="Bytes"/> already carry the DKIM signatures.</param>
/// <param name="Bytes">RFC 5322 message, CRLF line ends, 7-bit unless <see cref="NeedsSmtpUtf8"/>; always valid UTF-8. Without the contents of <see cref="Files"/>.</param>
/// <param name="Files">Large attachments, in the order of their places; null when all is in <see cref="Bytes"/>.</param>
public sealed record RenderedMail(
    string ReversePath,
    string Recipient,
    string SigningDomain,
    bool NeedsSmtpUtf8,
    bool IsSigned,
    ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<MailFile>? Files = null
)
{
    /// <summary>The pool of source addresses that the sender asked for; null for the usual one.</summary>
    public string? Pool { get; init; }

    /// <summary>What is played in place of a delivery; null for real mail. It decides that no server is asked, so it stays with the bytes wherever they go.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SimulatedLife? Simulated { get; init; }

    /// <summary>Octets on the wire.</summary>
    [JsonIgnore]
    public long Length => Bytes.Length + (Files?.Sum(file => file.EncodedLength) ?? 0);
}

/// <summary>A large attachment that stays in the blob store until its mail is on the wire.</summary>
/// <param name="Offset">Where in <see cref="RenderedMail.Bytes"/> its base64 belongs.</param>
/// <param name="Size">Octets of the blob.</param>
public sealed record MailFile(int Offset, string BlobKey, long Size)
{
    /// <summary>RFC 2045 §6.8 allows lines of 76 characters, which hold so many octets.</summary>
    public const int OctetsPerLine = 57;

    /// <summary>Octets of the base64: lines with CRLF between them and none at the end.</summary>
    [JsonIgnore]
    public long EncodedLength => Size == 0 ? 0 : (Size + 2) / 3 * 4 + (Size - 1) / OctetsPerLine * 2;
}
