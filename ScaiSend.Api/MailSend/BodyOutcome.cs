using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.MailSend;

/// <summary>The whole body, or why it was not read.</summary>
public sealed record BodyOutcome(ReadOnlyMemory<byte> Bytes, SendGridErrors? Refusal);
