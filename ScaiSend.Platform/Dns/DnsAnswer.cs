namespace ScaiSend.Platform.Dns;

/// <summary>What DNS said about a name and a type; kept in the cache, so it must survive JSON.</summary>
public sealed record DnsAnswer<T>(DnsStatus Status, IReadOnlyList<T> Records);

/// <summary>A closed choice of what an answer can mean.</summary>
public enum DnsStatus
{
    Found,

    /// <summary>The name exists, without records of this type (RFC 2308 §2.2).</summary>
    NoData,

    /// <summary>RFC 2308 §2.1: NXDOMAIN.</summary>
    NoSuchName,

    /// <summary>No usable answer came.</summary>
    Unavailable,
}

/// <summary>One MX record.</summary>
public sealed record MxTarget(int Preference, string Host);
