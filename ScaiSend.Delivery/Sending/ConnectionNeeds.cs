using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Files;

namespace ScaiSend.Delivery.Sending;

/// <summary>What every connection reads from.</summary>
/// <param name="Pieces">Large attachments.</param>
/// <param name="Certificates">What is thought of servers' certificates.</param>
public sealed record ConnectionNeeds(MailPieces Pieces, CertificateCheck Certificates);
