namespace ScaiSend.Platform.Policies;

/// <summary>
/// What an operator has decided about delivery: when deferred mail is tried again, how fast and how securely mail goes to whom, and what replies mean.
/// Read from <c>delivery.yaml</c> as a whole and never changed in place; <see cref="CurrentPolicy"/> holds the one in force.
/// </summary>
public sealed record DeliveryPolicy
{
    /// <summary>Counts where nothing more special is said.</summary>
    public Handling Defaults { get; init; } = new();

    /// <summary>Large receivers, each known by its mail hosts; the first that matches counts.</summary>
    public IReadOnlyList<ProviderPolicy> Providers { get; init; } = [];

    /// <summary>By recipient domain, lower-case A-labels; <c>*.example.com</c> stands for all below example.com.</summary>
    public IReadOnlyDictionary<string, Handling> Domains { get; init; } = new Dictionary<string, Handling>();

    /// <summary>By the sending tenant's id.</summary>
    public IReadOnlyDictionary<Guid, Handling> Tenants { get; init; } = new Dictionary<Guid, Handling>();

    /// <summary>Rules for the replies of all receivers; read after those of the provider. The first that matches counts.</summary>
    public IReadOnlyList<ReplyRule> Rules { get; init; } = [];

    /// <summary>The listed provider that runs these mail hosts; null when none is listed.</summary>
    public ProviderPolicy? ListedProviderOf(IEnumerable<string> mxHosts) =>
        Providers.FirstOrDefault(provider => mxHosts.Any(host => provider.Runs(host)));

    /// <summary>The listed provider of this name; null when none is listed.</summary>
    public ProviderPolicy? FindProvider(string? name) => name is null ? null : Providers.FirstOrDefault(p => p.Name == name);

    /// <summary>How mail of this tenant to this domain at this provider is handled. The more special wins: tenant, domain, provider, defaults.</summary>
    public Handling For(string? provider, string? domain, Guid? tenantId)
    {
        var handling = Defaults;
        if (FindProvider(provider) is { } listed)
            handling = listed.Handling.Over(handling);
        if (domain is not null && OfDomain(domain) is { } ofDomain)
            handling = ofDomain.Over(handling);
        if (tenantId is { } id && Tenants.TryGetValue(id, out var ofTenant))
            handling = ofTenant.Over(handling);
        return handling;
    }

    /// <summary>The rule that decides what the reply means: the provider's first, then the general ones; null when none does.</summary>
    public ReplyRule? RuleFor(string? provider, ReceivedReply reply) =>
        FirstOf(FindProvider(provider)?.Rules, reply) ?? FirstOf(Rules, reply);

    private static ReplyRule? FirstOf(IReadOnlyList<ReplyRule>? rules, ReceivedReply reply) =>
        rules?.FirstOrDefault(rule => rule.When.Matches(reply));

    private Handling? OfDomain(string domain)
    {
        if (Domains.Count == 0)
            return null;
        if (Domains.TryGetValue(domain, out var exact))
            return exact;
        for (var dot = domain.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = domain.IndexOf('.', dot + 1))
            if (Domains.TryGetValue(string.Concat("*", domain.AsSpan(dot)), out var below))
                return below;
        return null;
    }
}

/// <summary>A large receiver: all domains whose mail hosts it runs count as one.</summary>
/// <param name="MxPatterns">Host names, lower-case; <c>*.google.com</c> stands for all below google.com.</param>
/// <param name="Rules">Read before the policy's general ones.</param>
public sealed record ProviderPolicy(string Name, IReadOnlyList<string> MxPatterns, Handling Handling, IReadOnlyList<ReplyRule> Rules)
{
    /// <summary>Whether the host is one of its own.</summary>
    public bool Runs(string mxHost) =>
        MxPatterns.Any(pattern =>
            pattern.StartsWith("*.", StringComparison.Ordinal)
                ? mxHost.AsSpan().EndsWith(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
                : mxHost.Equals(pattern, StringComparison.OrdinalIgnoreCase)
        );
}

/// <summary>How mail is handled; null where a less special handling counts.</summary>
public sealed record Handling
{
    /// <summary>Waits after the first, second, … attempt; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan>? Schedule { get; init; }

    /// <summary>How long after acceptance (or <c>send_at</c>) an email is given up.</summary>
    public TimeSpan? GiveUpAfter { get; init; }

    /// <summary>Most connections at a time to one provider from one of our addresses, over all nodes.</summary>
    public int? Connections { get; init; }

    /// <summary>Most mails a minute to one provider from one of our addresses, over all nodes.</summary>
    public int? MessagesPerMinute { get; init; }

    public TlsMode? Tls { get; init; }

    /// <summary>Where the mail goes instead of to the domain's own hosts.</summary>
    public Transport? Transport { get; init; }

    /// <summary>This handling where it says something, else the other.</summary>
    public Handling Over(Handling below) =>
        new()
        {
            Schedule = Schedule ?? below.Schedule,
            GiveUpAfter = GiveUpAfter ?? below.GiveUpAfter,
            Connections = Connections ?? below.Connections,
            MessagesPerMinute = MessagesPerMinute ?? below.MessagesPerMinute,
            Tls = Tls ?? below.Tls,
            Transport = Transport ?? below.Transport,
        };
}

/// <summary>What a connection must offer before mail goes over it. DANE will be a further choice.</summary>
public enum TlsMode
{
    /// <summary>RFC 7435: TLS when offered, whatever the certificate; in the clear otherwise. A published MTA-STS policy counts on top.</summary>
    Opportunistic,

    /// <summary>Never TLS.</summary>
    None,

    /// <summary>TLS, whatever the certificate.</summary>
    Require,

    /// <summary>TLS with a valid certificate of the mail host's name.</summary>
    Verify,
}

/// <summary>A host that takes mail for others, with the account it asks for, if any.</summary>
public sealed record Transport(string Host, int Port, string? User = null, string? Password = null);
