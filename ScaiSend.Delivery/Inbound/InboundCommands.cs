using System.Net;
using SmtpServer;
using SmtpServer.Protocol;

namespace ScaiSend.Delivery.Inbound;

/// <summary>The commands that the inbound server knows: those that a report needs, without AUTH and PROXY, which the package would offer to anyone.</summary>
public sealed class InboundCommands(bool offersTls, int maxSize) : SmtpCommandFactory, ISmtpCommandFactory
{
    public override SmtpCommand CreateEhlo(string domainOrAddress) => new Ehlo(domainOrAddress, offersTls, maxSize);

    public override SmtpCommand CreateHelo(string domainOrAddress) => new Helo(domainOrAddress);

    SmtpCommand ISmtpCommandFactory.CreateAuth(AuthenticationMethod method, string parameter) => throw NotHere();

    SmtpCommand ISmtpCommandFactory.CreateProxy(IPEndPoint sourceEndpoint, IPEndPoint destinationEndpoint) => throw NotHere();

    private static SmtpResponseException NotHere() => new(new SmtpResponse(SmtpReplyCode.CommandNotImplemented, "5.5.1 Not implemented"));

    private sealed class Helo(string name) : HeloCommand(name)
    {
        protected override string GetGreeting(ISessionContext context) => context.ServerOptions.ServerName;
    }

    private sealed class Ehlo(string name, bool offersTls, int maxSize) : EhloCommand(name)
    {
        protected override string GetGreeting(ISessionContext context) => context.ServerOptions.ServerName;

        protected override IEnumerable<string> GetExtensions(ISessionContext context)
        {
            yield return "PIPELINING";
            yield return "8BITMIME";
            yield return "SMTPUTF8";
            // RFC 1870 §3.
            yield return FormattableString.Invariant($"SIZE {maxSize}");
            if (offersTls && !context.Pipe.IsSecure)
                yield return "STARTTLS";
        }
    }
}
