using Microsoft.AspNetCore.Http;
using ScaiSend.Api.Authentication;
using ScaiSend.Api.Requests;
using ScaiSend.Contracts;
using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Admin;

/// <summary>Why somebody does something, for the audit log: the field <c>reason</c> of the body or the query, or the header <c>X-Reason</c>.</summary>
public static class Reasons
{
    public const string Header = "X-Reason";

    /// <summary>The reason; empty when there is none. One that is missing or too long is noted in the body.</summary>
    public static string Read(HttpContext http, BodyFields body, bool isRequired) =>
        Checked(http, body.Text("reason", AuditLog.MaxReason), isRequired, message => body.Refuse("reason", message, "missing"));

    /// <summary>The same for a request without a body.</summary>
    public static string Read(HttpContext http, QueryFields query, bool isRequired) =>
        Checked(http, query.Text("reason"), isRequired, message => query.Refuse("reason", message));

    /// <summary>The reason of an operator's doing, which only the body has; empty, and noted there, when it is missing or wrong.</summary>
    public static string Required(BodyFields body)
    {
        var reason = body.Required("reason", AuditLog.MaxReason);
        if (reason.Length > 0 && !AuditLog.Says(reason))
            body.Refuse("reason", "must say why");
        return reason;
    }

    /// <summary>What a caller does, with the reason that he gives for it, if any.</summary>
    public static Act Act(this Caller caller, HttpContext http) => new(caller.Who(), Checked(http, null, isRequired: false, _ => { }));

    /// <summary>The caller as the audit log names him.</summary>
    public static Operator Who(this Caller caller) => new(Shorter(caller.Subject ?? Ids.Show(Ids.ApiKey, caller.KeyId), MaxName), "api");

    /// <summary>What the caller does to what is his own: nobody asks him why.</summary>
    public static Act Act(this Caller caller) => new(caller.Who(), "");

    // The column of names.
    private const int MaxName = 255;

    private static string Checked(HttpContext http, string? given, bool isRequired, Action<string> refuse)
    {
        var reason = (given ?? http.Request.Headers[Header].ToString()).Trim();
        if (isRequired && !AuditLog.Says(reason))
            refuse($"Field required: say why, here or in the header {Header}; it is kept in the audit log");
        if (given is not null && reason.Length > AuditLog.MaxReason)
            refuse($"must have at most {AuditLog.MaxReason} characters");
        return Shorter(reason, AuditLog.MaxReason);
    }

    private static string Shorter(string text, int most) => text.Length <= most ? text : text[..most];
}
