using System.Net;
using ScaiSend.Platform.Webhooks;

namespace ScaiSend.IntegrationTests.Rules.Webhooks;

public sealed class CallableAddressTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:81b::200e")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::1")]
    public void An_address_of_the_internet_may_be_called(string address) =>
        Assert.Null(CallableAddress.Refusal(IPAddress.Parse(address), allowPrivate: false));

    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("10.0.0.1", "private")]
    [InlineData("172.16.0.1", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("192.168.1.1", "private")]
    [InlineData("100.64.0.1", "private")]
    [InlineData("100.127.255.255", "private")]
    [InlineData("fc00::1", "private")]
    [InlineData("fdff::1", "private")]
    [InlineData("fec0::1", "private")]
    [InlineData("64:ff9b:1::a", "private")]
    [InlineData("169.254.1.1", "link-local")]
    [InlineData("fe80::1", "link-local")]
    [InlineData("fe80::1%1", "link-local")]
    [InlineData("192.0.2.1", "documentation")]
    [InlineData("198.51.100.1", "documentation")]
    [InlineData("203.0.113.1", "documentation")]
    [InlineData("198.18.0.1", "documentation")]
    [InlineData("2001:db8::1", "documentation")]
    [InlineData("3fff::1", "documentation")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("::ffff:10.1.2.3", "private")]
    [InlineData("::ffff:0:10.1.2.3", "private")]
    [InlineData("::127.0.0.1", "loopback")]
    [InlineData("64:ff9b::10.1.2.3", "private")]
    [InlineData("64:ff9b::7f00:1", "loopback")]
    [InlineData("2002:7f00:1::", "loopback")]
    [InlineData("2002:a01:203::1", "private")]
    [InlineData("2606:4700::5efe:10.1.2.3", "private")]
    [InlineData("2606:4700::200:5efe:10.1.2.3", "private")]
    public void An_address_of_a_private_network_is_refused_unless_it_is_allowed(string address, string kind)
    {
        Assert.Contains(kind, CallableAddress.Refusal(IPAddress.Parse(address), allowPrivate: false), StringComparison.Ordinal);
        Assert.Null(CallableAddress.Refusal(IPAddress.Parse(address), allowPrivate: true));
    }

    [Theory]
    [InlineData("169.254.169.254", "metadata")]
    [InlineData("169.254.170.2", "metadata")]
    [InlineData("100.100.100.200", "metadata")]
    [InlineData("168.63.129.16", "metadata")]
    [InlineData("192.0.0.192", "metadata")]
    [InlineData("fd00:ec2::254", "metadata")]
    [InlineData("fd20:ce::254", "metadata")]
    [InlineData("::ffff:169.254.169.254", "metadata")]
    [InlineData("64:ff9b::a9fe:a9fe", "metadata")]
    [InlineData("2002:a9fe:a9fe::", "metadata")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("0.1.2.3", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("::ffff:0.0.0.0", "unspecified")]
    [InlineData("224.0.0.1", "multicast")]
    [InlineData("239.255.255.255", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("255.255.255.255", "reserved")]
    [InlineData("240.0.0.1", "reserved")]
    [InlineData("192.0.0.1", "reserved")]
    [InlineData("192.88.99.1", "reserved")]
    [InlineData("2001::1", "reserved")]
    [InlineData("2001:2::1", "reserved")]
    [InlineData("100::1", "reserved")]
    [InlineData("4000::1", "reserved")]
    public void Some_addresses_are_refused_whatever_is_allowed(string address, string kind)
    {
        Assert.Contains(kind, CallableAddress.Refusal(IPAddress.Parse(address), allowPrivate: false), StringComparison.Ordinal);
        Assert.Contains(kind, CallableAddress.Refusal(IPAddress.Parse(address), allowPrivate: true), StringComparison.Ordinal);
    }
}
