using SmtpServer;
using SmtpServer.Protocol;

namespace ScaiSend.Delivery.Inbound;

/// <summary>What one session has used up of its limits: time, commands, errors, and whether a mail's content is being read. It only counts.</summary>
public sealed class SessionLimits
{
    /// <summary>Most commands in a session. A report takes six.</summary>
    public const int MaxCommands = 500;

    /// <summary>Most commands in a session that were refused.</summary>
    public const int MaxErrors = 10;

    private readonly InboundOptions _options;
    private readonly long _sessionEnd;
    private long _commandEnd;
    private int _commands;
    private int _errors;

    public SessionLimits(ISessionContext context, InboundOptions options)
    {
        _options = options;
        _sessionEnd = Environment.TickCount64 + (long)options.SessionLimit.TotalMilliseconds;
        BeginCommand();
        context.CommandExecuting += (_, args) =>
        {
            _commands++;
            IsReadingMail = args.Command is DataCommand;
        };
        context.CommandExecuted += (_, _) => BeginCommand();
        context.ResponseException += (_, _) =>
        {
            _errors++;
            BeginCommand();
        };
    }

    /// <summary>Whether what is read now is a mail's content.</summary>
    public bool IsReadingMail { get; private set; }

    public int MaxSize => _options.MaxSize;

    /// <summary>For the TLS handshake.</summary>
    public TimeSpan HandshakeLimit => _options.CommandLimit;

    /// <summary>How long the client may take for what is read next: the rest of its time for this command, or the limit anew for a block of a mail.</summary>
    public TimeSpan Wait
    {
        get
        {
            var now = Environment.TickCount64;
            var end = IsReadingMail ? now + (long)_options.CommandLimit.TotalMilliseconds : _commandEnd;
            return TimeSpan.FromMilliseconds(Math.Max(1, Math.Min(end, _sessionEnd) - now));
        }
    }

    /// <summary>Why the session must end now; null when it may go on.</summary>
    public SmtpResponse? Overrun =>
        Environment.TickCount64 >= _sessionEnd ? Closing("4.4.2 This session takes too long")
        : _commands >= MaxCommands ? Closing("4.7.0 Too many commands")
        : _errors >= MaxErrors ? Closing("4.7.0 Too many errors")
        : null;

    /// <summary>The answer to a client that lets us wait too long.</summary>
    public static SmtpResponse TooSlow => Closing("4.4.2 Too slow, closing");

    private void BeginCommand()
    {
        IsReadingMail = false;
        _commandEnd = Environment.TickCount64 + (long)_options.CommandLimit.TotalMilliseconds;
    }

    private static SmtpResponse Closing(string text) => new(SmtpReplyCode.ServiceUnavailable, text);
}
