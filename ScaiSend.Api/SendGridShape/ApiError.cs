namespace ScaiSend.Api.SendGridShape;

/// <summary>One error of a <c>/v3/mail/*</c> answer.</summary>
/// <param name="Field">Dotted path with indices, such as <c>personalizations.0.to.1.email</c>; null when no input is to blame.</param>
/// <param name="Help">A link or null, never an object.</param>
public sealed record ApiError(string Message, string? Field = null, string? Help = null);

/// <summary>The body <c>{"errors":[…]}</c>.</summary>
public sealed record ApiErrorBody(IReadOnlyList<ApiError> Errors);
