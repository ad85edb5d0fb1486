using MailKit;

namespace ScaiSend.Delivery.Sending;

/// <summary>
/// Watches one connection's conversation: which step it is at, whether that step takes too long, whether a reply is too long,
/// and what the server has said so far about the mail. Remembers no content.
/// </summary>
internal sealed class Conversation(DeliveryOptions options, TimeProvider time) : IProtocolLogger
{
    // RFC 5321 §4.5.3.1.5 allows 512 octets a line; long multi-line replies exist, endless ones are an attack.
    private const int LongestReply = 65536;

    private CancellationTokenSource _limit = new();
    private CancellationTokenRegistration _caller;
    private long _attemptEndsAt;
    private int _received;

    // RFC 5321 §4.1.1: what we say tells where we are.
    private static readonly (byte[] Verb, SmtpStep Step)[] Verbs =
    [
        ("EHLO"u8.ToArray(), SmtpStep.Hello),
        ("HELO"u8.ToArray(), SmtpStep.Hello),
        ("STARTTLS"u8.ToArray(), SmtpStep.Tls),
        ("AUTH"u8.ToArray(), SmtpStep.Auth),
        ("MAIL"u8.ToArray(), SmtpStep.Mail),
        ("RCPT"u8.ToArray(), SmtpStep.Recipient),
        ("DATA"u8.ToArray(), SmtpStep.Data),
        ("RSET"u8.ToArray(), SmtpStep.Quit),
        ("QUIT"u8.ToArray(), SmtpStep.Quit),
    ];

    public SmtpStep Step { get; private set; }

    /// <summary>The step that was not answered in time, if any.</summary>
    public SmtpStep? TimedOutAt { get; private set; }

    /// <summary>Whether the server has replied to MAIL, RCPT, DATA or the content of the current mail.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether content of the current mail may have reached the server.</summary>
    public bool IsContentSent { get; private set; }

    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>Starts the clock; the token ends when a step takes too long, or when the caller stops.</summary>
    public CancellationToken Start(SmtpStep step, TimeSpan timeLeft, CancellationToken cancellationToken)
    {
        Stop();
        _limit.Dispose();
        _limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _caller = cancellationToken.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), _limit);
        _attemptEndsAt = time.GetTimestamp() + (long)(timeLeft.TotalSeconds * time.TimestampFrequency);
        TimedOutAt = null;
        IsAnswered = false;
        IsContentSent = false;
        Enter(step);
        return _limit.Token;
    }

    /// <summary>Stops the clock between two mails.</summary>
    public void Stop()
    {
        _caller.Dispose();
        _limit.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void Enter(SmtpStep step)
    {
        Step = step;
        if (step == SmtpStep.Content)
        {
            IsContentSent = true;
            // From here on only the server's reply tells whether the mail was taken, and stopping would send it twice.
            _caller.Dispose();
        }
        Rearm();
    }

    /// <summary>To be asked after a failure: notes the step if it was its limit that ended it.</summary>
    public bool HasTimedOut(CancellationToken cancellationToken)
    {
        if (_limit.IsCancellationRequested && (IsContentSent || !cancellationToken.IsCancellationRequested))
            TimedOutAt ??= Step;
        return TimedOutAt is not null;
    }

    public void LogConnect(Uri uri) { }

    public void LogClient(byte[] buffer, int offset, int count)
    {
        _received = 0;
        if (Step is SmtpStep.Content or SmtpStep.Acceptance && !IsReset(buffer.AsSpan(offset, count)))
        {
            Rearm();
            return;
        }
        foreach (var (verb, step) in Verbs)
            if (buffer.AsSpan(offset, count).StartsWith(verb))
            {
                Enter(step);
                return;
            }
    }

    public void LogServer(byte[] buffer, int offset, int count)
    {
        _received += count;
        if (_received > LongestReply)
            throw new IOException($"The server's reply is longer than {LongestReply} octets");
        if (Step is >= SmtpStep.Mail and <= SmtpStep.Acceptance)
            IsAnswered = true;
    }

    public void Dispose()
    {
        _caller.Dispose();
        _limit.Dispose();
    }

    // After a refused content MailKit says RSET; within content no block is this short.
    private static bool IsReset(ReadOnlySpan<byte> block) => block.SequenceEqual("RSET\r\n"u8);

    private void Rearm()
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), _attemptEndsAt);
        var limit = options.LimitOf(Step);
        _limit.CancelAfter(
            limit < left ? limit
            : left > TimeSpan.Zero ? left
            : TimeSpan.Zero
        );
    }
}
