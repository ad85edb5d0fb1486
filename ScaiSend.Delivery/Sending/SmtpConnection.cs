using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Files;
using ScaiSend.Delivery.Routing;

namespace ScaiSend.Delivery.Sending;

/// <summary>One connection to one mail host: opens it, hands mails over, and turns everything that happens into an <see cref="Answer"/>.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    private static readonly FormatOptions Plain = RenderedPart.Format(isInternational: false);
    private static readonly FormatOptions International = RenderedPart.Format(isInternational: true);

    private readonly Conversation _conversation;
    private readonly MimeMessage _message;
    private readonly RenderedPart _part;
    private readonly MailPieces _pieces;
    private readonly TimeProvider _time;
    private Socket? _socket;
    private long _idleSince;

    public SmtpConnection(MxHost host, IPEndPoint address, bool isForSmtpUtf8, SmtpSender sender)
        : this(host, address, isForSmtpUtf8, sender, new Conversation(sender.Options, sender.Time)) { }

    private SmtpConnection(MxHost host, IPEndPoint address, bool isForSmtpUtf8, SmtpSender sender, Conversation conversation)
        : base(conversation)
    {
        (Host, Address, IsForSmtpUtf8) = (host, address, isForSmtpUtf8);
        (_conversation, _pieces, _time) = (conversation, sender.Pieces, sender.Time);
        _message = RenderedPart.NewMessage(isEightBit: isForSmtpUtf8);
        _part = (RenderedPart)_message.Body!;
        _part.Progress = isWhole => conversation.Enter(isWhole ? SmtpStep.Acceptance : SmtpStep.Content);
        if (!string.IsNullOrEmpty(sender.Options.EhloName))
            LocalDomain = sender.Options.EhloName;
        // RFC 7435: opportunistic. An unverified certificate still keeps passive listeners out, and refusing it would mean sending in the clear.
        CheckCertificateRevocation = false;
#pragma warning disable CA5359
        ServerCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
    }

    public MxHost Host { get; }

    public IPEndPoint Address { get; }

    public bool IsForSmtpUtf8 { get; }

    /// <summary>Whether the host took the connection.</summary>
    public bool WasReached => _socket is not null;

    /// <summary>Mails handed over or refused so far.</summary>
    public int Mails { get; private set; }

    /// <summary>Such as <c>TLS 1.3</c>; null in the clear.</summary>
    public string? Tls { get; private set; }

    /// <summary>Whether the last failure left the mail untouched: no reply to it, and none of its content sent.</summary>
    public bool IsMailUntouched => !_conversation.IsAnswered && !_conversation.IsContentSent;

    /// <summary>Where the conversation is, or where it broke off.</summary>
    public SmtpStep Step => _conversation.TimedOutAt ?? _conversation.Step;

    public TimeSpan IdleTime => _time.GetElapsedTime(_idleSince);

    /// <summary>Whether the server has neither closed the connection nor said anything (421) while nobody was looking.</summary>
    public bool IsQuiet => IsConnected && _socket is { } socket && !socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Connects, greets and starts TLS if offered. Null when all went well.</summary>
    public async Task<Answer?> OpenAsync(TimeSpan timeLeft, CancellationToken cancellationToken)
    {
        var limited = _conversation.Start(SmtpStep.Connect, timeLeft, cancellationToken);
        // Without NoDelay, Nagle's algorithm and the peer's delayed acknowledgement cost 40 ms for each mail.
        var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Address, limited);
            _socket = socket;
            _conversation.Enter(SmtpStep.Greeting);
            await ConnectAsync(socket, Host.Name, Address.Port, SecureSocketOptions.StartTlsWhenAvailable, limited);
            Tls = NameOf(SslProtocol);
            // MailKit writes U-labels to a server that offers SMTPUTF8, even for a mail that does not need it; it can only be taken away.
            if (!IsForSmtpUtf8)
                Capabilities &= ~SmtpCapabilities.UTF8;
            return null;
        }
        catch (Exception e) when (AnswerIn(e, cancellationToken) is { } answer)
        {
            socket.Dispose();
            return answer;
        }
        finally
        {
            _conversation.Stop();
        }
    }

    /// <summary>
    /// Hands one mail over. Once its content is on the way, only the server's reply or a time limit ends this; the caller cannot.
    /// </summary>
    public async Task<Answer> TransmitAsync(RenderedMail mail, TimeSpan timeLeft, CancellationToken cancellationToken)
    {
        const SmtpCapabilities needed = SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime;
        if (mail.NeedsSmtpUtf8 && (Capabilities & needed) != needed)
            return new Answer.Trouble(
                TroubleKind.NoSmtpUtf8,
                "The mail has an internationalised address, which the server does not support",
                "5.6.7"
            );
        if (!TryWrite(mail.ReversePath, out var sender) || !TryWrite(mail.Recipient, out var recipient))
            return new Answer.Trouble(TroubleKind.UnusableAddress, "An address cannot be written in an SMTP command", "5.1.3");
        var limited = _conversation.Start(SmtpStep.Mail, timeLeft, cancellationToken);
        _part.Fill(_message, mail, _pieces);
        Mails++;
        try
        {
            var format = mail.NeedsSmtpUtf8 ? International : Plain;
            var text = await SendAsync(format, _message, sender, [recipient], limited);
            return new Answer.Reply(SmtpStep.Acceptance, 250, text);
        }
        catch (Exception e) when (AnswerIn(e, cancellationToken) is { } answer)
        {
            return answer;
        }
        finally
        {
            _conversation.Stop();
            _part.Empty(_message);
            _idleSince = _time.GetTimestamp();
        }
    }

    /// <summary>RFC 5321 §4.1.1.10: says goodbye, without waiting long for the answer, and closes.</summary>
    public async Task CloseAsync()
    {
        try
        {
            if (IsConnected)
                await DisconnectAsync(quit: true, _conversation.Start(SmtpStep.Quit, TimeSpan.FromHours(1), CancellationToken.None));
        }
        finally
        {
            Dispose();
        }
    }

    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength) { }

    protected override Task<long> GetSizeAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(_part.Length);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _message.Dispose();
            _socket?.Dispose();
        }
        base.Dispose(disposing);
    }

    private Answer? AnswerIn(Exception exception, CancellationToken cancellationToken) =>
        exception switch
        {
            SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted } e => Reply(SmtpStep.Mail, e),
            SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } e => Reply(SmtpStep.Recipient, e),
            SmtpCommandException { ErrorCode: SmtpErrorCode.MessageNotAccepted } e => Reply(SmtpStep.Acceptance, e),
            SmtpCommandException e when _conversation.IsContentSent => Reply(SmtpStep.Acceptance, e),
            SmtpCommandException e when _conversation.IsAnswered => Reply(SmtpStep.Data, e),
            SmtpCommandException e => Reply(_conversation.Step, e),
            FileTroubleException e => new Answer.Trouble(TroubleKind.Storage, e.Message),
            ServiceNotAuthenticatedException e => new Answer.Reply(SmtpStep.Mail, 530, e.Message),
            _ when _conversation.HasTimedOut(cancellationToken) => TimedOut(_conversation.TimedOutAt!.Value),
            OperationCanceledException => null,
            _ when cancellationToken.IsCancellationRequested && !_conversation.IsContentSent => null,
            SslHandshakeException e => Trouble(TroubleKind.TlsTrouble, e.InnerException ?? e),
            System.Security.Authentication.AuthenticationException => Trouble(TroubleKind.TlsTrouble, exception),
            SmtpProtocolException when !IsDisconnect(exception) => Trouble(TroubleKind.NotSmtp, exception),
            SmtpProtocolException => new Answer.Trouble(
                TroubleKind.Network,
                $"The server closed the connection at {_conversation.Step.Words()}"
            ),
            // The name of a mail host comes from someone else's DNS.
            UriFormatException => Trouble(TroubleKind.Network, exception),
            SocketException or IOException or ServiceNotConnectedException => Trouble(TroubleKind.Network, exception),
            _ => null,
        };

    private static Answer.Reply Reply(SmtpStep step, SmtpCommandException e) => new(step, (int)e.StatusCode, e.Message);

    private static Answer.Trouble TimedOut(SmtpStep step) => new(TroubleKind.TimedOut, $"No answer in time at {step.Words()}");

    private Answer.Trouble Trouble(TroubleKind kind, Exception e) => new(kind, $"{e.Message} (at {_conversation.Step.Words()})");

    private static bool IsDisconnect(Exception e) => e.Message.Contains("disconnected", StringComparison.Ordinal);

    // MailKit reads an address anew and turns its domain into a U-label and back; what does not come back as it was would go astray.
    private static bool TryWrite(string address, out MailboxAddress mailbox)
    {
        mailbox = new MailboxAddress("", "");
        try
        {
            mailbox.Address = address;
            return string.Equals(mailbox.GetAddress(idnEncode: true), address, StringComparison.OrdinalIgnoreCase);
        }
        catch (ParseException)
        {
            return false;
        }
    }

    private static string? NameOf(SslProtocols protocol) =>
        protocol switch
        {
            SslProtocols.None => null,
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols.Tls13 => "TLS 1.3",
            _ => protocol.ToString(),
        };
}
