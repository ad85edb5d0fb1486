using System.Net;
using ScaiSend.Api.Tracking;

namespace ScaiSend.IntegrationTests.Rules.Tracking;

public sealed class TrustedProxyTests
{
    [Theory]
    [InlineData("", "192.0.2.1", "198.51.100.7", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1", null, "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1", "198.51.100.7", "198.51.100.7")]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.1", "198.51.100.7", "198.51.100.7")]
    // What the visitor himself wrote in front is not believed.
    [InlineData("192.0.2.1", "192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7")]
    [InlineData("192.0.2.1, 10.0.0.0/8", "192.0.2.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7")]
    [InlineData("192.0.2.1", "203.0.113.1", "198.51.100.7", "203.0.113.1")]
    [InlineData("192.0.2.1", "192.0.2.1", "198.51.100.7:4711", "198.51.100.7")]
    [InlineData("192.0.2.1", "192.0.2.1", "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("2001:db8::/32", "2001:db8::1", "198.51.100.7", "198.51.100.7")]
    [InlineData("192.0.2.1", "192.0.2.1", "unknown", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1", "", "192.0.2.1")]
    public void A_visitor_has_the_last_address_that_is_no_proxy_of_ours(
        string trusted,
        string connection,
        string? header,
        string visitor
    ) => Assert.Equal(IPAddress.Parse(visitor), new TrustedProxies(trusted).Visitor(IPAddress.Parse(connection), header));

    [Theory]
    [InlineData("", null)]
    [InlineData("192.0.2.1, 10.0.0.0/8 ,::1", null)]
    [InlineData("192.0.2.1, proxy.example", "proxy.example")]
    [InlineData("10.0.0.0/99", "10.0.0.0/99")]
    public void A_list_names_addresses_and_networks_only(string list, string? wrong) =>
        Assert.Equal(wrong, TrustedProxies.Errors(list).SingleOrDefault());
}
