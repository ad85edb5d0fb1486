using ScaiSend.Api.SendGridShape;

namespace ScaiSend.Api.MailSend;

/// <summary>A mail, or everything that is wrong with the request: exactly one of the two.</summary>
public sealed record ParseOutcome(ParsedMail? Mail, IReadOnlyList<ApiError> Errors);
