using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Files;
using ScaiSend.Delivery.Routing;

namespace ScaiSend.Delivery.Sending;

/// <summary>One connection to one mail host: opens it, hands mails over, and turns everything that happens into an <see cref="Answer"/>.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    private static readonly FormatOptions Plain = RenderedPart.Format(isInternational: false);
    private static readonly FormatOptions International = RenderedPart.Format(isInternational: true);

    private readonly CertificateCheck _certificates;
    private readonly Conversation _conversation;
    private readonly MimeMessage _message;
    private readonly RenderedPart _part;
    private readonly MailPieces _pieces;
    private readonly IPAddress? _source;
    private readonly TimeProvider _time;
    private Socket? _socket;
    private long _idleSince;

    public SmtpConnection(MxHost host, IPEndPoint address, bool isForSmtpUtf8, IPAddress? source, SmtpSender sender)
        : this(host, address, isForSmtpUtf8, source, sender, new Conversation(sender.Options, sender.Time)) { }

    private SmtpConnection(
        MxHost host,
        IPEndPoint address,
        bool isForSmtpUtf8,
        IPAddress? source,
        SmtpSender sender,
        Conversation conversation
    )
        : base(conversation)
    {
        (Host, Address, IsForSmtpUtf8, _source) = (host, address, isForSmtpUtf8, source);
        (_conversation, _pieces, _time) = (conversation, sender.Needs.Pieces, sender.Time);
        _certificates = sender.Needs.Certificates;
        _message = RenderedPart.NewMessage(isEightBit: isForSmtpUtf8);
        _part = (RenderedPart)_message.Body!;
        _part.Progress = isWhole => conversation.Enter(isWhole ? SmtpStep.Acceptance : SmtpStep.Content);
        if (sender.Options.EhloNameOf(source) is { Length: > 0 } name)
            LocalDomain = name;
        CheckCertificateRevocation = false;
        // Each step has its own limit, up to ten minutes; MailKit's of two minutes would cut a slow acceptance off, and the mail would go twice.
        Timeout = int.MaxValue;
        // RFC 7435: an unverified certificate still keeps passive listeners out. Where it is not enough, no mail follows.
#pragma warning disable CA5359
        ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            Certificate = _certificates.VerdictOn(certificate, chain, errors);
            return true;
        };
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

    /// <summary>The verdict on the server's certificate; null in the clear.</summary>
    public string? Certificate { get; private set; }

    /// <summary>Speaks in the clear though the server offers TLS, because TLS did not work out.</summary>
    public bool IsFallback { get; init; }

    /// <summary>Whether TLS was tried for the mail that it was opened for, so that one in the clear has no better alternative.</summary>
    private bool IsTlsTried { get; set; }

    /// <summary>Whether the last failure left the mail untouched: no reply to it, and none of its content sent.</summary>
    public bool IsMailUntouched => !_conversation.IsAnswered && !_conversation.IsContentSent;

    /// <summary>Where the conversation is, or where it broke off.</summary>
    public SmtpStep Step => _conversation.TimedOutAt ?? _conversation.Step;

    public TimeSpan IdleTime => _time.GetElapsedTime(_idleSince);

    /// <summary>Whether the server has neither closed the connection nor said anything (421) while nobody was looking.</summary>
    public bool IsQuiet => IsConnected && _socket is { } socket && !socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Whether a mail of this policy may go over it, and would not have a better connection.</summary>
    public bool Suits(TlsPolicy policy) =>
        policy.ObjectionTo(Host.Name, Tls, Certificate) is null && (Tls is not null || policy.ForbidsTls || IsTlsTried);

    /// <summary>Connects, greets, starts TLS if offered and logs in if asked. Null when all went well and the policy is content.</summary>
    public async Task<Answer?> OpenAsync(TlsPolicy policy, TimeSpan timeLeft, CancellationToken cancellationToken)
    {
        var limited = _conversation.Start(SmtpStep.Connect, timeLeft, cancellationToken);
        // Without NoDelay, Nagle's algorithm and the peer's delayed acknowledgement cost 40 ms for each mail.
        var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Bind(socket);
            await socket.ConnectAsync(Address, limited);
            _socket = socket;
            _conversation.Enter(SmtpStep.Greeting);
            await ConnectAsync(socket, Host.Name, Address.Port, TlsFor(policy), limited);
            Tls = NameOf(SslProtocol);
            IsTlsTried = !policy.ForbidsTls;
            if (policy.ObjectionTo(Host.Name, Tls, Certificate) is { } objection)
            {
                _conversation.Enter(SmtpStep.Tls);
                return new Answer.Trouble(TroubleKind.TlsTrouble, objection, "4.7.5");
            }
            if (Host.Account is { } account && await LogInAsync(account, limited) is { } refusal)
                return refusal;
            // MailKit writes U-labels to a server that offers SMTPUTF8, even for a mail that does not need it; it can only be taken away.
            if (!IsForSmtpUtf8)
                Capabilities &= ~SmtpCapabilities.UTF8;
            return null;
        }
        catch (Exception e) when (AnswerIn(e, cancellationToken) is { } answer)
        {
            // One that still stands, such as after a refused account, is left by QUIT.
            if (!IsConnected)
                socket.Dispose();
            return answer;
        }
        finally
        {
            _conversation.Stop();
            _idleSince = _time.GetTimestamp();
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
        if (Capabilities.HasFlag(SmtpCapabilities.Size) && MaxSize > 0 && mail.Length > MaxSize)
            return new Answer.Trouble(
                TroubleKind.TooLarge,
                $"The mail has {mail.Length} octets, and the server takes at most {MaxSize}",
                "5.3.4"
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

    private void Bind(Socket socket)
    {
        if (_source is null)
            return;
        // Linux's IP_BIND_ADDRESS_NO_PORT: the port is chosen on connecting, so that one port serves connections to many hosts.
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(optionLevel: 0, optionName: 24, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(_source, 0));
    }

    private SecureSocketOptions TlsFor(TlsPolicy policy) =>
        IsFallback || policy.ForbidsTls ? SecureSocketOptions.None
        // RFC 8314 §3.3: on this port TLS comes first.
        : Host is { IsOurChoice: true, Port: 465 } ? SecureSocketOptions.SslOnConnect
        : SecureSocketOptions.StartTlsWhenAvailable;

    // RFC 4954 §4: a password may go over TLS only; or over no network at all.
    private async Task<Answer?> LogInAsync(Account account, CancellationToken limited)
    {
        if (!IsSecure && !IPAddress.IsLoopback(Address.Address))
            return new Answer.Trouble(
                TroubleKind.NotAuthenticated,
                "The host asks for no TLS, and without it no account is shown",
                "4.7.11"
            );
        if (!Capabilities.HasFlag(SmtpCapabilities.Authentication))
            return new Answer.Trouble(TroubleKind.NotAuthenticated, "The host offers no AUTH, and an account is set for it");
        await AuthenticateAsync(new NetworkCredential(account.User, account.Password), limited);
        return null;
    }

    private Answer? AnswerIn(Exception exception, CancellationToken cancellationToken) =>
        exception switch
        {
            MailKit.Security.AuthenticationException { InnerException: SmtpCommandException e } => Reply(SmtpStep.Auth, e),
            MailKit.Security.AuthenticationException
            or NotSupportedException when _conversation.Step is SmtpStep.Hello or SmtpStep.Tls or SmtpStep.Auth => new Answer.Trouble(
                TroubleKind.NotAuthenticated,
                "The host offers no way to log in that we know"
            ),
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
            TimeoutException => TimedOut(_conversation.Step),
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
