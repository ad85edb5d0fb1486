namespace ScaiSend.Contracts.Messages;

/// <summary>What all personalizations of one request share, as stored with the message. Checked at the door; inside, trust it.</summary>
public sealed record MessageContent(
    Address From,
    IReadOnlyList<Address> ReplyTo,
    string Subject,
    IReadOnlyList<ContentPart> Content,
    IReadOnlyList<Attachment> Attachments,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<string> Categories,
    IReadOnlyDictionary<string, string> CustomArgs,
    Footer? Footer = null
);

/// <summary>What the renderer adds at the end of the bodies; null where nothing is added.</summary>
public sealed record Footer(string? Text, string? Html);

/// <summary>What one personalization changes and to whom it goes, as stored with the message.</summary>
/// <param name="Subject">Overrides the shared subject when not null.</param>
/// <param name="Headers">Override the shared ones by name.</param>
/// <param name="Substitutions">Literal texts and what replaces them, in subject, content and header values.</param>
/// <param name="CustomArgs">Override the shared ones by name.</param>
/// <param name="From">Overrides the shared sender when not null; same domain.</param>
public sealed record Personalization(
    IReadOnlyList<Address> To,
    IReadOnlyList<Address> Cc,
    IReadOnlyList<Address> Bcc,
    string? Subject,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Substitutions,
    IReadOnlyDictionary<string, string> CustomArgs,
    Address? From = null
);

/// <summary>An address as the caller wrote it (Unicode domain allowed).</summary>
public sealed record Address(string Email, string? Name);

/// <summary>A body: <c>text/plain</c> or <c>text/html</c>, or another type that the caller names (such as <c>text/calendar</c>).</summary>
public sealed record ContentPart(string Type, string Value);

/// <summary>An attachment; its decoded bytes are in the blob store.</summary>
/// <param name="ContentId">RFC 2392, without angle brackets; set when inline.</param>
public sealed record Attachment(string BlobKey, long Size, string FileName, string Type, bool IsInline, string? ContentId);
