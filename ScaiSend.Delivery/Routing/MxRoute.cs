using ScaiSend.Contracts.Simulation;
using ScaiSend.Delivery.Encryption;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.Delivery.Routing;

/// <summary>Where the mail of a domain goes. A closed choice.</summary>
public abstract record MxRoute
{
    private MxRoute() { }

    /// <summary>To the first of these hosts that can be reached.</summary>
    /// <param name="Provider">Who runs them: limits, rules and connections are those of the provider, whatever the domain.</param>
    public sealed record ToHosts(IReadOnlyList<MxHost> Hosts, string Provider) : MxRoute
    {
        /// <summary>Our address that the mail leaves from; null when the system chooses.</summary>
        public string? Source { get; init; }

        /// <summary>What a connection must offer before this mail goes over it.</summary>
        public TlsPolicy Tls { get; init; } = TlsPolicy.Usual;

        /// <summary>For people, shown with the attempt: what was asked for and could not be done; null when nothing.</summary>
        public string? Remark { get; init; }

        public Destination Destination => new(Provider, Source);
    }

    /// <summary>Nowhere: the domain takes no mail.</summary>
    /// <param name="EnhancedStatusCode">RFC 3463.</param>
    public sealed record Refused(string EnhancedStatusCode, string Reason) : MxRoute;

    /// <summary>DNS gave no answer for now.</summary>
    public sealed record Unknown(string Reason) : MxRoute;

    /// <summary>Nowhere: its delivery is played. Without hosts there is nothing to connect to, and no destination whose pace it could change.</summary>
    public sealed record Simulated(Scenario Scenario) : MxRoute;
}

/// <summary>A host that takes mail.</summary>
public sealed record MxHost(string Name, int Port)
{
    /// <summary>Whether the operator named it, and not someone else's DNS.</summary>
    public bool IsOurChoice { get; init; }

    /// <summary>RFC 4954: how to log in; null where nobody asks.</summary>
    public Account? Account { get; init; }
}

/// <summary>Who we are to a host that asks for it.</summary>
public sealed record Account(string User, string Password)
{
    /// <summary>Without the password, so that none reaches a log.</summary>
    public override string ToString() => User;
}
