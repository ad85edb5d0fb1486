using System.Net;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Routing;

namespace ScaiSend.Delivery.Sending;

/// <summary>The right to use one connection to a destination, until disposed. For one caller at a time.</summary>
public sealed class ConnectionSlot : IAsyncDisposable
{
    private readonly SmtpSender _sender;
    private readonly DestinationPool _pool;
    private SmtpConnection? _connection;
    private bool _isReturned;

    internal ConnectionSlot(SmtpSender sender, DestinationPool pool) => (_sender, _pool) = (sender, pool);

    /// <summary>
    /// One attempt: over an open connection if there is one, else over a new one to the first host that can be reached.
    /// Another host is tried only while no server has answered anything about this mail and none of its content was sent.
    /// </summary>
    public async Task<SendOutcome> SendAsync(RenderedMail mail, IReadOnlyList<MxHost> hosts, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(_pool.Destination, _sender.Policy.Value, _sender.Options.AttemptLimit, _sender.Time);
        return await SendReusedAsync(mail, hosts, attempt, cancellationToken)
            ?? await SendNewAsync(mail, hosts, attempt, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isReturned)
            return;
        _isReturned = true;
        if (_connection is { } connection)
        {
            if (connection.IsConnected && IsWorthKeeping(connection))
                _pool.PutIdle(connection);
            else
                await connection.CloseAsync();
        }
        _sender.Release(_pool);
    }

    private async Task<SendOutcome?> SendReusedAsync(
        RenderedMail mail,
        IReadOnlyList<MxHost> hosts,
        Attempt attempt,
        CancellationToken cancellationToken
    )
    {
        while ((_connection ??= _pool.TakeIdle()) is { } connection)
        {
            if (
                IsWorthKeeping(connection)
                && connection.IsQuiet
                && connection.IsForSmtpUtf8 == mail.NeedsSmtpUtf8
                && hosts.Contains(connection.Host)
            )
            {
                var answer = await connection.TransmitAsync(mail, attempt.TimeLeft, cancellationToken);
                // The server may have closed while we were looking away; that says nothing about the mail.
                if (!MayTryElsewhere(answer, connection) && answer is not Answer.Reply { Step: SmtpStep.Mail, Code: 421 })
                    return attempt.Outcome(answer, connection);
            }
            await DropAsync();
        }
        return null;
    }

    private async Task<SendOutcome> SendNewAsync(
        RenderedMail mail,
        IReadOnlyList<MxHost> hosts,
        Attempt attempt,
        CancellationToken cancellationToken
    )
    {
        var tries = _sender.Options.AddressesPerAttempt;
        foreach (var host in hosts)
        {
            var found = await _sender.Addresses.FindAsync(host, cancellationToken);
            if (found.Status != DnsStatus.Found)
                attempt.Note(WithoutAddress(host, found.Status));
            foreach (var address in found.Records)
            {
                if (tries-- == 0 || attempt.IsOver)
                    return attempt.Outcome();
                if (await TryAsync(mail, host, address, attempt, cancellationToken) is { } outcome)
                    return outcome;
            }
        }
        return attempt.Outcome();
    }

    private async Task<SendOutcome?> TryAsync(
        RenderedMail mail,
        MxHost host,
        string address,
        Attempt attempt,
        CancellationToken cancellationToken
    )
    {
        var endpoint = new IPEndPoint(IPAddress.Parse(address), host.Port);
        var connection = _connection = new SmtpConnection(host, endpoint, mail.NeedsSmtpUtf8, _sender);
        var answer =
            await connection.OpenAsync(attempt.TimeLeft, cancellationToken)
            ?? await connection.TransmitAsync(mail, attempt.TimeLeft, cancellationToken);
        if (!MayTryElsewhere(answer, connection))
            return attempt.Outcome(answer, connection);
        attempt.Note(answer, connection);
        await DropAsync();
        return null;
    }

    private static bool MayTryElsewhere(Answer answer, SmtpConnection connection) =>
        answer switch
        {
            Answer.Reply reply => reply.Step <= SmtpStep.Tls,
            Answer.Trouble trouble => trouble.IsOfConnection && connection.IsMailUntouched,
            _ => throw new InvalidOperationException($"{answer.GetType().Name} is no answer of a server"),
        };

    // RFC 5321 §5.1: hosts of which none can be used are an error to report, not a reason to wait; unless DNS itself is in trouble.
    private static Answer.Trouble WithoutAddress(MxHost host, DnsStatus status) =>
        status == DnsStatus.Unavailable
            ? new Answer.Trouble(TroubleKind.NameNotResolved, $"DNS gave no answer for the address of {host.Name}")
            : new Answer.Trouble(TroubleKind.NoRoute, $"The mail host {host.Name} has no address", "5.4.4");

    private bool IsWorthKeeping(SmtpConnection connection) =>
        connection.Mails < _sender.Options.MailsPerConnection && connection.IdleTime < _sender.Options.IdleLimit;

    private async Task DropAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            await connection.CloseAsync();
    }
}
