using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScaiSend.Delivery.Routing;
using ScaiSend.Delivery.Sending;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Delivery;

public sealed class DeliverySettings
{
    [Theory]
    [InlineData("PoolSizePerDomain", "0", "1 to 1000")]
    [InlineData("PoolSizePerDomain", "1001", "1 to 1000")]
    [InlineData("MxPort", "65536", "1 to 65535")]
    [InlineData("AddressesPerAttempt", "0", "1 to 50")]
    [InlineData("MailsPerConnection", "0", "1 to 100000")]
    [InlineData("MxCacheTtl", "-00:00:01", "00:00:00 to 7.00:00:00")]
    [InlineData("SlotWait", "02:00:00", "00:00:00 to 01:00:00")]
    [InlineData("ConnectTimeout", "00:00:00", "00:00:00.0010000 to 01:00:00")]
    [InlineData("Smarthost", "mail.example.test", "host:port, such as mail.example.com:25")]
    [InlineData("Smarthost", "mail.example.test:0", "host:port, such as mail.example.com:25")]
    [InlineData("Smarthost", "bad host:25", "host:port, such as mail.example.com:25")]
    [InlineData("Dns", "dns.example.test:53", "address:port, such as 127.0.0.1:53")]
    [InlineData("EhloName", "not a name", "a host name or an IP address")]
    [InlineData("MtaStsPort", "0", "1 to 65535")]
    [InlineData("OwnHosts", "bad host", "host names, addresses and networks, such as mail.example.com,127.0.0.0/8")]
    [InlineData("Sources:a:Address", "mail.example.test", "an IPv4 or IPv6 address of this machine")]
    public void A_wrong_setting_is_named_with_its_value_and_what_is_allowed(string setting, string value, string allowed)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(setting, value));
        var shown = TimeSpan.TryParse(value, out var duration) && value.Contains(':', StringComparison.Ordinal) ? $"{duration:c}" : value;
        Assert.Equal($"Delivery:{setting} is '{shown}'; allowed: {allowed}", Assert.Single(fault.Failures));
    }

    [Theory]
    [InlineData("Sources:a:Address", "203.0.113.7", "Delivery:Sources:a:Address is '203.0.113.7'; allowed: an address of this machine")]
    [InlineData("Sources:a:EhloName", "not a name", "Delivery:Sources:a:EhloName is 'not a name'; allowed: a host name or an IP address")]
    [InlineData("Sources:a:Pools", "bulk", "Delivery:Sources is 'a'; allowed: at least one without Pools or in the pool 'default'")]
    [InlineData("Sources:b:Address", "127.0.0.1", "Delivery:Sources is '127.0.0.1'; allowed: each address once")]
    [InlineData(
        "TrustedCertificates",
        "/nowhere.pem",
        "Delivery:TrustedCertificates is '/nowhere.pem'; allowed: a file of PEM certificates"
    )]
    [InlineData(
        "TrustedCertificates",
        "/etc/hostname",
        "Delivery:TrustedCertificates is '/etc/hostname'; allowed: a file of PEM certificates"
    )]
    public void What_this_machine_cannot_do_is_refused_at_start(string setting, string value, string fault)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Read(("Sources:a:Address", "127.0.0.1"), (setting, value)));
        Assert.StartsWith(fault, Assert.Single(refusal.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sources:0:Address", "127.0.0.2")]
    [InlineData("Sources:a:Address", "::1")]
    [InlineData("OwnHosts", "mail.example.test, 192.0.2.1,127.0.0.0/8,2001:db8::/32")]
    [InlineData("Smarthost", "mail.example.test:25")]
    [InlineData("Smarthost", "[::1]:2525")]
    [InlineData("Smarthost", "")]
    [InlineData("Dns", "127.0.0.1:5353")]
    [InlineData("Dns", "[::1]:53")]
    [InlineData("EhloName", "out.example.test")]
    [InlineData("MxCacheTtl", "00:00:00")]
    public void A_right_setting_is_taken(string setting, string value) => Assert.NotNull(Read(setting, value));

    [Fact]
    public void The_defaults_are_right() => Assert.Equal(20, Read("None", "").PoolSizePerDomain);

    [Theory]
    [InlineData("a.test:25", "a.test", 25)]
    [InlineData("127.0.0.1:2525", "127.0.0.1", 2525)]
    [InlineData("[2001:db8::1]:25", "2001:db8::1", 25)]
    public void A_host_and_its_port_are_read(string text, string host, int port)
    {
        Assert.True(HostPort.TryRead(text, out var read));
        Assert.Equal(new HostPort(host, port), read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":25")]
    [InlineData("a.test:")]
    [InlineData("a.test:-1")]
    [InlineData("a.test:+25")]
    public void Anything_else_is_no_host_and_port(string? text) => Assert.False(HostPort.TryRead(text, out _));

    private static DeliveryOptions Read(string setting, string value) => Read((setting, value));

    private static DeliveryOptions Read(params (string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(
                    settings
                        .Select(s => KeyValuePair.Create($"ScaiSend:Delivery:{s.Setting}", (string?)s.Value))
                        .Reverse()
                        .DistinctBy(s => s.Key)
                )
            )
            .Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddDeliveryEngine().BuildServiceProvider();
        return services.GetRequiredService<IOptions<DeliveryOptions>>().Value;
    }
}
