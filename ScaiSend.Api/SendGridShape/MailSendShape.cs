using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.SendGridShape;

/// <summary>The good answer to <c>POST /v3/mail/send</c>. SendGrid's clients read the id in <c>X-Message-Id</c>, which both dialects have.</summary>
public static class MailSendShape
{
    /// <param name="ids">Public ids of the messages, in the order of the personalizations.</param>
    /// <param name="isSandbox">SendGrid answers its sandbox with 200 and no id; the documented dialect makes no difference.</param>
    public static IResult Accepted(HttpContext http, IReadOnlyList<string> ids, bool isSandbox)
    {
        if (http.Dialect() == Dialect.SendGrid && isSandbox)
            return Results.Text("", contentType: null, statusCode: StatusCodes.Status200OK);
        http.Response.Headers["X-Message-Id"] = ids[0];
        if (http.Dialect() == Dialect.SendGrid)
            return Results.Text("", contentType: null, statusCode: StatusCodes.Status202Accepted);
        var json = ids.Count == 1 ? $"{{\"message_id\":\"{ids[0]}\"}}" : $"{{\"message_ids\":{JsonSerializer.Serialize(ids)}}}";
        return Results.Text(json, "application/json", statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>403: the tenant has not verified the domain of the From address.</summary>
    public static IResult NotVerified(HttpContext http) =>
        SendGridErrors.Because(
            StatusCodes.Status403Forbidden,
            http.Dialect() == Dialect.SendGrid
                ? "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved. Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender Identity requirements"
                : "Sender domain not verified",
            "from"
        );
}
