using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ScaiSend.Delivery.Routing;

/// <summary>A host and its port, written <c>host:port</c> or <c>[IPv6 address]:port</c>.</summary>
public sealed record HostPort(string Host, int Port)
{
    public static bool TryRead(string? text, [NotNullWhen(true)] out HostPort? result)
    {
        result = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        var host = text![..colon];
        if (host is ['[', .., ']'])
            host = host[1..^1];
        if (port is < 1 or > 65535 || Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return false;
        result = new HostPort(host, port);
        return true;
    }
}
