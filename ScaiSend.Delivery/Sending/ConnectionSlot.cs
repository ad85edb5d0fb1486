using System.Net;
using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Routing;
using ScaiSend.Platform.Dns;

namespace ScaiSend.Delivery.Sending;

/// <summary>The right to use one connection to a destination, until disposed. For one caller at a time.</summary>
public sealed class ConnectionSlot : IAsyncDisposable
{
    private readonly SmtpSender _sender;
    private readonly DestinationPool _pool;
    private readonly IPAddress? _source;
    private SmtpConnection? _connection;
    private bool _isReturned;

    internal ConnectionSlot(SmtpSender sender, DestinationPool pool)
    {
        (_sender, _pool) = (sender, pool);
        _source = pool.Destination.Source is { } source ? IPAddress.Parse(source) : null;
    }

    /// <summary>
    /// One attempt: over an open connection if there is one, else over a new one to the first host that can be reached.
    /// Another host is tried only while no server has answered anything about this mail and none of its content was sent.
    /// </summary>
    public async Task<SendOutcome> SendAsync(RenderedMail mail, MxRoute.ToHosts route, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(route, _sender.Policy.Value, _sender.Options.AttemptLimit, _sender.Time);
        return await SendReusedAsync(mail, attempt, cancellationToken) ?? await SendNewAsync(mail, attempt, cancellationToken);
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

    private async Task<SendOutcome?> SendReusedAsync(RenderedMail mail, Attempt attempt, CancellationToken cancellationToken)
    {
        while ((_connection ??= _pool.TakeIdle()) is { } connection)
        {
            if (
                IsWorthKeeping(connection)
                && connection.IsQuiet
                && connection.IsForSmtpUtf8 == mail.NeedsSmtpUtf8
                && attempt.Route.Hosts.Contains(connection.Host)
                && connection.Suits(attempt.Route.Tls)
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

    private async Task<SendOutcome> SendNewAsync(RenderedMail mail, Attempt attempt, CancellationToken cancellationToken)
    {
        var (hosts, tries) = (attempt.Route.Hosts, _sender.Options.AddressesPerAttempt);
        for (var i = 0; i < hosts.Count; i++)
        {
            var addresses = await AddressesOfAsync(hosts[i], attempt, cancellationToken);
            // One host with many dead addresses may not use up the tries of the others.
            var share = i == hosts.Count - 1 ? tries : (tries + 1) / 2;
            foreach (var address in addresses.Take(share))
            {
                if (tries-- == 0 || attempt.IsOver)
                    return attempt.Outcome();
                if (await TryAsync(mail, hosts[i], address, attempt, cancellationToken) is { } outcome)
                    return outcome;
            }
        }
        return attempt.Outcome();
    }

    private async Task<IReadOnlyList<IPAddress>> AddressesOfAsync(MxHost host, Attempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.Route.Tls.ObjectionTo(host.Name) is { } objection)
        {
            attempt.Note(new Answer.Trouble(TroubleKind.TlsTrouble, objection, "4.7.5"));
            return [];
        }
        var found = await _sender.Addresses.FindAsync(host, cancellationToken);
        var all = found.Records.Select(IPAddress.Parse);
        IReadOnlyList<IPAddress> usable = [.. _source is null ? all : all.Where(a => a.AddressFamily == _source.AddressFamily)];
        if (usable.Count == 0)
            attempt.Note(WithoutAddress(host, found));
        return usable;
    }

    private async Task<SendOutcome?> TryAsync(
        RenderedMail mail,
        MxHost host,
        IPAddress address,
        Attempt attempt,
        CancellationToken cancellationToken
    )
    {
        var endpoint = new IPEndPoint(address, host.Port);
        var connection = _connection = new SmtpConnection(host, endpoint, mail.NeedsSmtpUtf8, _source, _sender);
        var answer = await OpenAndTransmitAsync(mail, connection, attempt, cancellationToken);
        if (MayTryInTheClear(answer, connection, attempt.Route.Tls))
        {
            await DropAsync();
            _connection = connection = new SmtpConnection(host, endpoint, mail.NeedsSmtpUtf8, _source, _sender) { IsFallback = true };
            answer = await OpenAndTransmitAsync(mail, connection, attempt, cancellationToken);
        }
        if (!MayTryElsewhere(answer, connection))
            return attempt.Outcome(answer, connection);
        attempt.Note(answer, connection);
        await DropAsync();
        return null;
    }

    private static async Task<Answer> OpenAndTransmitAsync(
        RenderedMail mail,
        SmtpConnection connection,
        Attempt attempt,
        CancellationToken cancellationToken
    ) =>
        await connection.OpenAsync(attempt.Route.Tls, attempt.TimeLeft, cancellationToken)
        ?? await connection.TransmitAsync(mail, attempt.TimeLeft, cancellationToken);

    // RFC 7435 §3: broken TLS is no worse than none, where none would do. An account never goes in the clear.
    private static bool MayTryInTheClear(Answer answer, SmtpConnection connection, TlsPolicy policy) =>
        connection is { Step: SmtpStep.Tls, Tls: null, Host.Account: null }
        && !policy.NeedsTls
        && answer is Answer.Reply or Answer.Trouble { IsOfConnection: true };

    private static bool MayTryElsewhere(Answer answer, SmtpConnection connection) =>
        answer switch
        {
            Answer.Reply reply => reply.Step < SmtpStep.Mail,
            Answer.Trouble trouble => trouble.IsOfConnection && connection.IsMailUntouched,
            _ => throw new InvalidOperationException($"{answer.GetType().Name} is no answer of a server"),
        };

    // RFC 5321 §5.1: hosts of which none can be used are an error to report, not a reason to wait; unless DNS itself is in trouble, or we are.
    private Answer.Trouble WithoutAddress(MxHost host, DnsAnswer<string> found) =>
        found.Status == DnsStatus.Unavailable
            ? new Answer.Trouble(TroubleKind.NameNotResolved, $"DNS gave no answer for the address of {host.Name}")
        : found.Records.Count > 0
            ? new Answer.Trouble(
                TroubleKind.Network,
                $"The mail host {host.Name} has no address that can be reached from {_source}",
                "4.4.4"
            )
        : found.Status == DnsStatus.Found
            ? new Answer.Trouble(TroubleKind.NoRoute, $"The mail host {host.Name} leads back to this service", "5.4.6")
        : new Answer.Trouble(TroubleKind.NoRoute, $"The mail host {host.Name} has no address", "5.4.4");

    private bool IsWorthKeeping(SmtpConnection connection) =>
        connection.Mails < _sender.Options.MailsPerConnection && connection.IdleTime < _sender.Options.IdleLimit;

    private async Task DropAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            await connection.CloseAsync();
    }
}
