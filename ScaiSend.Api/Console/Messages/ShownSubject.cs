using ScaiSend.Platform.Storage.Queue;

namespace ScaiSend.Api.Console.Messages;

/// <summary>A subject where people read, and follow it as a link.</summary>
internal static class ShownSubject
{
    /// <summary>The subject; other words where it is empty, or blank to the eye.</summary>
    public static string Of(string subject) => AuditLog.Says(subject) ? subject : "(no subject)";
}
