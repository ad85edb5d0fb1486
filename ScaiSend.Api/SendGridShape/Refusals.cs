using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Refusals in the envelope and the words of the request's dialect and family.</summary>
public static class Refusals
{
    /// <summary>A refusal for one reason, said in the same words everywhere.</summary>
    /// <param name="field">What is wrong, where SendGrid's envelope has a place for it.</param>
    public static IResult Because(HttpContext http, int statusCode, string reason, string? field = null) =>
        http.AnswersErrors() ? SendGridErrors.Because(statusCode, reason, field) : new DetailError(statusCode, reason);

    /// <summary>401.</summary>
    public static IResult Unauthorized(HttpContext http, string reason) =>
        IsMailSend(http) ? SendGridErrors.Unauthorized
        : http.AnswersErrors() ? SendGridErrors.Because(StatusCodes.Status401Unauthorized, "authorization required")
        : new DetailError(StatusCodes.Status401Unauthorized, reason);

    /// <summary>403.</summary>
    public static IResult Forbidden(HttpContext http, string reason) => Because(http, StatusCodes.Status403Forbidden, reason);

    /// <summary>403: the credential lacks the scope.</summary>
    public static IResult MissingScope(HttpContext http, string scope) =>
        http.AnswersErrors()
            ? SendGridErrors.Forbidden
            : new DetailError(StatusCodes.Status403Forbidden, $"Missing required scope: {scope}");

    /// <summary>404 for a path that is none.</summary>
    public static IResult NotFound(HttpContext http) =>
        Because(http, StatusCodes.Status404NotFound, http.AnswersErrors() ? "not found" : "Not Found");

    /// <summary>404 for a thing that the tenant does not have: <c>Template not found: d-abc123</c>.</summary>
    public static IResult NotFound(HttpContext http, string what, string id) =>
        Because(http, StatusCodes.Status404NotFound, $"{what} not found: {id}");

    /// <summary>405.</summary>
    public static IResult WrongMethod(HttpContext http) =>
        Because(
            http,
            StatusCodes.Status405MethodNotAllowed,
            IsMailSend(http) ? "POST method allowed only"
                : http.AnswersErrors() ? "method not allowed"
                : "Method Not Allowed"
        );

    /// <summary>429: over the rate limit; the headers say until when.</summary>
    public static IResult TooManyRequests(HttpContext http) =>
        http.AnswersErrors()
            ? SendGridErrors.TooManyRequests
            : new DetailError(StatusCodes.Status429TooManyRequests, "Rate limit exceeded");

    /// <summary>503: nothing was promised; the caller tries again.</summary>
    public static IResult Unavailable(HttpContext http) =>
        Because(http, StatusCodes.Status503ServiceUnavailable, "The service cannot do this right now; try again later");

    /// <summary>Fields or parameters that are wrong: 422 with a list of details, or 400 with SendGrid's errors.</summary>
    public static IResult NotValid(HttpContext http, IReadOnlyList<FieldError> errors) =>
        http.AnswersErrors()
            ? new SendGridErrors(StatusCodes.Status400BadRequest, [.. errors.Select(e => new ApiError(e.Message, e.Name))])
            : new DetailErrors(errors);

    private static bool IsMailSend(HttpContext http) => http.Request.Path.Equals("/v3/mail/send", StringComparison.OrdinalIgnoreCase);
}
