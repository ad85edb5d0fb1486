using ScaiSend.Contracts.Messages;

namespace ScaiSend.Api.MailSend;

/// <summary>A checked personalization: it becomes one message.</summary>
public sealed record ParsedPersonalization(Personalization Personalization, DateTimeOffset? SendAt);
