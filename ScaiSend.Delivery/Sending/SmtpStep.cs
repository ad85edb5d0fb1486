namespace ScaiSend.Delivery.Sending;

/// <summary>The steps of an SMTP conversation, in order. Each has its time limit.</summary>
public enum SmtpStep
{
    Connect,
    Greeting,
    Hello,
    Tls,

    /// <summary>RFC 4954: logging in, where the host asks for it.</summary>
    Auth,
    Mail,
    Recipient,
    Data,
    Content,

    /// <summary>The whole content is sent; the server decides.</summary>
    Acceptance,
    Quit,
}

/// <summary>What a step is called and how long it may take.</summary>
internal static class SmtpSteps
{
    public static string Words(this SmtpStep step) =>
        step switch
        {
            SmtpStep.Connect => "connecting",
            SmtpStep.Greeting => "the greeting",
            SmtpStep.Hello => "EHLO",
            SmtpStep.Tls => "STARTTLS",
            SmtpStep.Auth => "AUTH",
            SmtpStep.Mail => "MAIL FROM",
            SmtpStep.Recipient => "RCPT TO",
            SmtpStep.Data => "DATA",
            SmtpStep.Content => "sending the content",
            SmtpStep.Acceptance => "the end of the content",
            SmtpStep.Quit => "QUIT",
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "No such step"),
        };

    /// <summary>As a reply rule's <c>at</c> names it.</summary>
    public static string RuleWord(this SmtpStep step) =>
        step switch
        {
            SmtpStep.Connect => "connect",
            SmtpStep.Greeting => "greeting",
            SmtpStep.Hello => "hello",
            SmtpStep.Tls => "tls",
            SmtpStep.Auth => "auth",
            SmtpStep.Mail => "mail",
            SmtpStep.Recipient => "recipient",
            SmtpStep.Data => "data",
            SmtpStep.Content or SmtpStep.Acceptance or SmtpStep.Quit => "content",
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "No such step"),
        };

    // RFC 5321 §4.5.3.2
    public static TimeSpan LimitOf(this DeliveryOptions options, SmtpStep step) =>
        step switch
        {
            SmtpStep.Connect => options.ConnectTimeout,
            SmtpStep.Greeting => options.GreetingTimeout,
            SmtpStep.Tls => options.TlsTimeout,
            SmtpStep.Hello or SmtpStep.Auth or SmtpStep.Mail or SmtpStep.Recipient => options.CommandTimeout,
            SmtpStep.Data => options.DataTimeout,
            SmtpStep.Content => options.ContentTimeout,
            SmtpStep.Acceptance => options.AcceptanceTimeout,
            SmtpStep.Quit => options.QuitTimeout,
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "No such step"),
        };
}
