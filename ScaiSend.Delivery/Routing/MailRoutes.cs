using ScaiSend.Contracts.Emails;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Platform;
using ScaiSend.Platform.Policies;

namespace ScaiSend.Delivery.Routing;

/// <summary>
/// Decides how one email travels: to the transport that the policy names or to its domain's own hosts, from which of our addresses, and how safely.
/// Asks only what is cached once a domain is known.
/// </summary>
public sealed class MailRoutes(MxLookup mx, CurrentPolicy current, MtaStsLookup mtaSts, SourceChoice sources)
{
    public async Task<MxRoute> FindAsync(RenderedMail mail, Guid emailId, Guid tenantId, CancellationToken cancellationToken)
    {
        // GUARANTEE: of simulated mail no name is looked up and no server is asked, because only routes with hosts lead to one.
        if (mail.Simulated is { } life)
            return new MxRoute.Simulated(life.Scenario);
        var domain = MailDomain.Of(mail.Recipient);
        var policy = current.Value;
        var (route, published) = TransportBeforeDns(policy, domain, tenantId) is { } transport
            ? (To(transport), MtaStsFinding.Nothing)
            : await AskDnsAsync(domain, cancellationToken);
        if (route is not MxRoute.ToHosts to)
            return route;
        var handling = policy.For(to.Provider, domain, tenantId);
        if (handling.Transport is { } named && named != TransportOf(to))
            to = To(named);
        return to with
        {
            Source = await sources.ChooseAsync(mail.Pool, emailId, to.Hosts, cancellationToken),
            Tls = handling.Tls is { } mode
                ? TlsPolicy.Said(mode, OriginOf(policy, domain, tenantId)).With(IsOurChoice(to) ? MtaStsFinding.Nothing : published)
                : TlsPolicy.Usual.With(IsOurChoice(to) ? MtaStsFinding.Nothing : published),
            Remark = sources.Has(mail.Pool) ? null : $"there is no pool '{mail.Pool}', so it went by the default one",
        };
    }

    private async Task<(MxRoute, MtaStsFinding)> AskDnsAsync(string domain, CancellationToken cancellationToken)
    {
        var finding = mtaSts.FindAsync(domain, cancellationToken);
        var route = await mx.FindAsync(domain, cancellationToken);
        return (route, await finding);
    }

    /// <summary>The transport of mail to a domain as far as it is certain without MX records: what is said of the tenant or the domain. A provider is known only by its mail hosts.</summary>
    public static Transport? TransportBeforeDns(DeliveryPolicy policy, string domain, Guid? tenantId)
    {
        var transport = policy.For(null, domain, tenantId).Transport;
        var isCertain = transport != policy.Defaults.Transport || policy.Providers.All(p => p.Handling.Transport is null);
        return isCertain ? transport : null;
    }

    /// <summary>The route to a transport; it is its own provider.</summary>
    public static MxRoute.ToHosts To(Transport transport)
    {
        var account = transport.User is { Length: > 0 } user ? new Account(user, transport.Password ?? "") : null;
        var host = new MxHost(transport.Host, transport.Port) { IsOurChoice = true, Account = account };
        return new MxRoute.ToHosts([host], $"{transport.Host}:{transport.Port}");
    }

    private static Transport? TransportOf(MxRoute.ToHosts to) =>
        to.Hosts is [{ IsOurChoice: true } host] ? new Transport(host.Name, host.Port, host.Account?.User, host.Account?.Password) : null;

    private static bool IsOurChoice(MxRoute.ToHosts to) => to.Hosts is [{ IsOurChoice: true }, ..];

    private static string OriginOf(DeliveryPolicy policy, string domain, Guid tenantId) =>
        policy.Tenants.TryGetValue(tenantId, out var tenant) && tenant.Tls is not null ? "tenant"
        : (policy with { Defaults = new Handling() }).For(null, domain, null).Tls is not null ? $"domain {domain}"
        : policy.Defaults.Tls is null ? "provider"
        : "policy";
}
