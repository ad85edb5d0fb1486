using ScaiSend.Api.SendGridShape;
using ScaiSend.Contracts.Messages;
using ScaiSend.Platform.Simulation;

namespace ScaiSend.Api.MailSend;

/// <summary>What became of a request's body: a mail, or all the reasons why it is none.</summary>
public sealed record ParseOutcome(ParsedMail? Mail, IReadOnlyList<ApiError> Errors);

/// <summary>The request keeps every rule that can be checked without storage.</summary>
/// <param name="SendAt">The shared <c>send_at</c>; null when not given or not in the future.</param>
/// <param name="SettingsJson">
/// <c>asm</c>, <c>ip_pool_name</c>, <c>mail_settings</c> and <c>tracking_settings</c>, as far as given, checked and in the caller's words, in one JSON object.
/// </param>
/// <param name="GroupId">The unsubscribe group that the caller named; <see cref="UsableGroups"/> knows whether there is one.</param>
/// <param name="TemplateId">As the caller named it; <see cref="UsableTemplates"/> finds its version.</param>
public sealed record ParsedMail(
    MessageContent Content,
    IReadOnlyList<ParsedPersonalization> Personalizations,
    IReadOnlyList<AttachmentBytes> Blobs,
    DateTimeOffset? SendAt,
    string? BatchId,
    bool IsSandbox,
    string? SettingsJson,
    string? TemplateId = null,
    long? GroupId = null
)
{
    /// <summary>Which recipients are only simulated, as the settings say too; null: none.</summary>
    public Simulator? Simulator { get; init; }
}

/// <summary>One personalization, which makes one message.</summary>
/// <param name="SendAt">
/// When to send it, the shared <c>send_at</c> already considered; null: now. It is the present moment when its own <c>send_at</c> has passed and the
/// shared one has not, so that falling back to the shared one does no harm.
/// </param>
/// <param name="ShownSubject">What lists show when a template makes the subject.</param>
public sealed record ParsedPersonalization(Personalization Personalization, DateTimeOffset? SendAt, string? ShownSubject = null);

/// <summary>The decoded bytes of an attachment, to be stored under the key that the message's content names.</summary>
public sealed record AttachmentBytes(string Key, ReadOnlyMemory<byte> Bytes);
