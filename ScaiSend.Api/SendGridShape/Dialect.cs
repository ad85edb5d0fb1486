using Microsoft.AspNetCore.Http;

namespace ScaiSend.Api.SendGridShape;

/// <summary>Whose shapes an answer has: the documented ones below <c>/v3</c>, or exactly SendGrid's below <c>/sendgrid/v3</c>.</summary>
public enum Dialect
{
    Documented,
    SendGrid,
}

/// <summary>Where an endpoint exists.</summary>
[Flags]
public enum Dialects
{
    Documented = 1,
    SendGrid = 2,
    Both = Documented | SendGrid,
}

/// <summary>Knows the dialect of a request. Routing has taken <see cref="Prefix"/> off the path already.</summary>
public static class DialectOfRequest
{
    /// <summary>Begins the paths that answer in SendGrid's own shapes.</summary>
    public const string Prefix = "/sendgrid";

    public static Dialect Dialect(this HttpContext http) =>
        http.Request.PathBase.Equals(Prefix, StringComparison.OrdinalIgnoreCase)
            ? SendGridShape.Dialect.SendGrid
            : SendGridShape.Dialect.Documented;

    public static bool Include(this Dialects dialects, Dialect dialect) =>
        dialects.HasFlag(dialect == SendGridShape.Dialect.SendGrid ? Dialects.SendGrid : Dialects.Documented);

    /// <summary>Whether errors of this request come as SendGrid's <c>{"errors":[…]}</c>: its dialect, and sending in both.</summary>
    public static bool AnswersErrors(this HttpContext http) =>
        http.Dialect() == SendGridShape.Dialect.SendGrid || http.Request.Path.StartsWithSegments("/v3/mail");
}
