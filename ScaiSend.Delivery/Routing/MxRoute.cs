namespace ScaiSend.Delivery.Routing;

/// <summary>Where the mail of a domain goes. A closed choice.</summary>
public abstract record MxRoute
{
    private MxRoute() { }

    /// <summary>To the first of these hosts that can be reached.</summary>
    /// <param name="Provider">Who runs them: limits, rules and connections are those of the provider, whatever the domain.</param>
    public sealed record ToHosts(IReadOnlyList<MxHost> Hosts, string Provider) : MxRoute;

    /// <summary>Nowhere: the domain takes no mail.</summary>
    /// <param name="EnhancedStatusCode">RFC 3463.</param>
    public sealed record Refused(string EnhancedStatusCode, string Reason) : MxRoute;

    /// <summary>DNS gave no answer for now.</summary>
    public sealed record Unknown(string Reason) : MxRoute;
}

/// <summary>A host that takes mail.</summary>
public sealed record MxHost(string Name, int Port);
