using DnsClient;
using DnsClient.Protocol;

namespace ScaiSend.Platform.Dns;

/// <summary>Asks DNS, each time anew. What fails is an answer, too: nothing here throws for what a name or a server is like.</summary>
public sealed class Resolver(ILookupClient dns)
{
    // RFC 2308 §5 allows hours; but whoever has just set up a domain wants mail now.
    private static readonly TimeSpan LongestNegative = TimeSpan.FromSeconds(60);

    /// <summary>The TXT records of a name, the strings of each put together.</summary>
    public async Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellationToken) =>
        (await QueryAsync(name, QueryType.TXT, Text, cancellationToken)).Answer;

    /// <summary>A record of TXT as one text; null for one of another type.</summary>
    public static string? Text(DnsResourceRecord record) => record is TxtRecord txt ? string.Concat(txt.Text) : null;

    /// <summary>The records of one type, and how long the answer may be believed.</summary>
    /// <param name="read">Null for records that do not count, such as the aliases on the way.</param>
    public async Task<(DnsAnswer<T> Answer, TimeSpan Ttl)> QueryAsync<T>(
        string name,
        QueryType type,
        Func<DnsResourceRecord, T?> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        try
        {
            var response = await dns.QueryAsync(name, type, QueryClass.IN, cancellationToken);
            if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
                return (new DnsAnswer<T>(DnsStatus.NoSuchName, []), LongestNegative);
            if (response.HasError)
                return (new DnsAnswer<T>(DnsStatus.Unavailable, []), TimeSpan.Zero);
            var records = response.Answers.Select(read).OfType<T>().ToList();
            return records.Count == 0
                ? (new DnsAnswer<T>(DnsStatus.NoData, []), LongestNegative)
                : (new DnsAnswer<T>(DnsStatus.Found, records), TimeSpan.FromSeconds(response.Answers.Min(r => r.InitialTimeToLive)));
        }
        catch (ArgumentException)
        {
            // The name is none that DNS could hold, such as one with a label of 64 letters.
            return (new DnsAnswer<T>(DnsStatus.NoSuchName, []), LongestNegative);
        }
        catch (Exception e) when (e is DnsResponseException or DnsResponseParseException)
        {
            return (new DnsAnswer<T>(DnsStatus.Unavailable, []), TimeSpan.Zero);
        }
    }
}
