namespace ScaiSend.Delivery.Inbound;

/// <summary>Knows mail that a machine sent in answer to ours and that says nothing about its delivery.</summary>
internal static class AutoReplies
{
    private static readonly string[] Fields =
    [
        "X-Autoreply",
        "X-Autorespond",
        "X-Autoresponder",
        "X-Autoreply-From",
        "X-Mail-Autoreply",
        "X-Auto-Reply",
    ];

    private static readonly string[] Precedences = ["auto_reply", "auto-reply", "autoreply"];

    private static readonly string[] Subjects =
    [
        "out of office",
        "out of the office",
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto:",
        "autosvar",
        "automatische antwort",
        "automatisch antwoord",
        "abwesenheit",
        "abwesend",
        "réponse automatique",
        "respuesta automática",
        "risposta automatica",
        "resposta automática",
    ];

    public static bool IsAutoReply(ReportMail mail) =>
        // RFC 3834 §5: anything but "no" is a machine's.
        (mail.Field("Auto-Submitted") is { } submitted && !submitted.StartsWith("no", StringComparison.OrdinalIgnoreCase)) || SaysSo(mail);

    /// <summary>Whether it calls itself an automatic reply. <c>Auto-Submitted: auto-replied</c> does not: Postfix and Exim write it into bounces.</summary>
    public static bool SaysSo(ReportMail mail) =>
        Fields.Any(name => mail.Field(name) is not null)
        || (mail.Field("Precedence") is { } precedence && Precedences.Contains(precedence, StringComparer.OrdinalIgnoreCase))
        || Subjects.Any(words => mail.Subject.StartsWith(words, StringComparison.OrdinalIgnoreCase));
}
