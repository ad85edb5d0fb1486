using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>A checked request.</summary>
/// <param name="Blobs">The attachments' bytes, which <see cref="MessageContent.Attachments"/> name by key.</param>
/// <param name="SendAt">Never before the moment of the check; a personalization's own goes first.</param>
/// <param name="SettingsJson">One object with the members asm, ip_pool_name, mail_settings and tracking_settings as they came; null when there is none.</param>
public sealed record ParsedMail(
    MessageContent Content,
    IReadOnlyList<ParsedPersonalization> Personalizations,
    IReadOnlyList<AttachmentBytes> Blobs,
    DateTimeOffset? SendAt,
    string? BatchId,
    bool IsSandbox,
    string? SettingsJson
);
