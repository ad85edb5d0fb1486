namespace ScaiSend.Delivery.Routing;

/// <summary>Names the provider of mail hosts that no policy lists, so that all domains hosted at one place share its limits.</summary>
public static class ProviderNames
{
    /// <summary>What the hosts' names have in common: <c>mx1.mail.example.com</c> and <c>mx2.mail.example.com</c> are of <c>mail.example.com</c>.</summary>
    public static string Of(IReadOnlyList<MxHost> hosts)
    {
        // The first by name, because hosts of one preference come in any order.
        var host = hosts.Select(h => h.Name.ToLowerInvariant()).Order(StringComparer.Ordinal).FirstOrDefault() ?? "";
        var labels = host.Split('.');
        if (labels.Length < 3 || System.Net.IPAddress.TryParse(host, out _))
            return host;
        var above = labels[1..];
        return IsPublicSuffix(above) ? host : string.Join('.', above);
    }

    // Such as co.uk and com.au: what ends there alike has nothing in common. A wrong guess only shares or splits a limit.
    private static bool IsPublicSuffix(string[] labels) => labels is [{ Length: <= 3 }, { Length: 2 }];
}
