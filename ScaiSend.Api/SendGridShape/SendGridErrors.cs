using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.SendGridShape;

/// <summary>A refusal in SendGrid's envelope <c>{"errors":[{message,field,help}]}</c>: what every <c>/v3/mail/*</c> endpoint answers.</summary>
public sealed record SendGridErrors(int StatusCode, IReadOnlyList<ApiError> Errors) : IResult
{
    /// <summary>A refusal for one reason.</summary>
    public static SendGridErrors Because(int statusCode, string message, string? field = null) =>
        new(statusCode, [new ApiError(message, field)]);

    /// <summary>401: no credential, or one that is unknown, revoked or expired.</summary>
    public static SendGridErrors Unauthorized { get; } =
        Because(StatusCodes.Status401Unauthorized, "The provided authorization grant is invalid, expired, or revoked");

    /// <summary>403: the credential lacks the scope.</summary>
    public static SendGridErrors Forbidden { get; } = Because(StatusCodes.Status403Forbidden, "access forbidden");

    /// <summary>413: the body is over the limit.</summary>
    public static SendGridErrors TooLarge { get; } =
        Because(
            StatusCodes.Status413PayloadTooLarge,
            "The request body may not be larger than 20 MB, including base64-encoded attachments."
        );

    /// <summary>408: the body did not arrive in time.</summary>
    public static SendGridErrors TooSlow { get; } =
        Because(StatusCodes.Status408RequestTimeout, "The request body did not arrive in time.");

    /// <summary>415: the body does not claim to be JSON.</summary>
    public static SendGridErrors NotJson { get; } =
        Because(StatusCodes.Status415UnsupportedMediaType, "Content-Type should be application/json");

    /// <summary>429: over the rate limit. The caller sets <c>Retry-After</c>.</summary>
    public static SendGridErrors TooManyRequests { get; } = Because(StatusCodes.Status429TooManyRequests, "too many requests");

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCode;
        return httpContext.Response.WriteAsJsonAsync(new ApiErrorBody(Errors), ErrorJson.Shared.ApiErrorBody, "application/json");
    }

    /// <summary>The answer's body.</summary>
    public byte[] ToJson() => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new ApiErrorBody(Errors), ErrorJson.Shared.ApiErrorBody);
}
