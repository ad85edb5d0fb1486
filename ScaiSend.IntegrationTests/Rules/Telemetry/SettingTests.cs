using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ScaiSend.Cli.Roles;
using ScaiSend.Cli.Telemetry;
using ScaiSend.Contracts;
using ScaiSend.Platform.Telemetry;

namespace ScaiSend.IntegrationTests.Rules.Telemetry;

/// <summary>Who may read metrics, which messages are traced, and what settings are refused.</summary>
public sealed class SettingTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.7.7", true)]
    [InlineData("::ffff:192.168.7.7", true)]
    [InlineData("::ffff:203.0.113.9", false)]
    [InlineData("fd12::1", true)]
    [InlineData("2001:4860::1", false)]
    [InlineData("203.0.113.9", false)]
    public void Callers_of_private_networks_are_near(string address, bool isNear) =>
        Assert.Equal(isNear, MetricsRoute.IsNear(IPAddress.Parse(address), new HeaderDictionary()));

    [Theory]
    [InlineData("Telemetry:Metrics:Listen", "9464", "Telemetry:Metrics:Listen is '9464'")]
    [InlineData("Telemetry:Metrics:Tenants", "acme", "Telemetry:Metrics:Tenants names 'acme'")]
    [InlineData("Telemetry:Metrics:ReadEvery", "00:00:00", "Telemetry:Metrics:ReadEvery is 00:00:00")]
    [InlineData("Telemetry:Traces:Endpoint", "collector:4317", "Telemetry:Traces:Endpoint is 'collector:4317'")]
    [InlineData("Telemetry:Traces:Protocol", "udp", "Telemetry:Traces:Protocol is 'udp'")]
    [InlineData("Telemetry:Traces:Ratio", "half", "Telemetry:Traces:Ratio is 'half'; allowed is a number such as 0.25")]
    [InlineData("Telemetry:Traces:Ratio", "2", "Telemetry:Traces:Ratio is 2; allowed is 0 to 1")]
    [InlineData("Telemetry:Traces:Rate", "1", "Telemetry:Traces:Rate is not a setting; see docs/configuration.md")]
    public void A_wrong_setting_is_named(string name, string value, string error) =>
        Assert.StartsWith(error, Assert.Single(ErrorsOf(name, value)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Telemetry:Metrics:Listen", "[::]:9464")]
    [InlineData("Telemetry:Metrics:Tenants", "tnt_0199c0de000070008000000000000001, tnt_0199c0de000070008000000000000002")]
    [InlineData("Telemetry:Traces:Ratio", "0.25")]
    [InlineData("Telemetry:Traces:Endpoint", "http://collector:4317")]
    public void A_right_setting_is_taken(string name, string value) => Assert.Empty(ErrorsOf(name, value));

    [Theory]
    [InlineData("", null, 0)]
    [InlineData("", 0.5, 0.5)]
    [InlineData("http://collector:4317", null, TraceOptions.UsualRatio)]
    [InlineData("http://collector:4317", 0d, 0)]
    public void The_share_follows_the_ratio_else_the_endpoint(string endpoint, double? ratio, double share) =>
        Assert.Equal(share, new TraceOptions { Endpoint = endpoint, Ratio = ratio }.Share);

    [Fact]
    public void Every_process_traces_the_same_share_of_the_messages()
    {
        using var spans = new Support.Spans();
        var (one, other) = (Traces(0.1), Traces(0.1));
        var ids = Enumerable.Range(0, 20_000).Select(_ => Ids.New(TimeProvider.System)).ToList();

        Assert.All(ids, id => Assert.Equal(one.Has(id), other.Has(id)));
        Assert.InRange(ids.Count(one.Has), 1700, 2300);
        Assert.All(ids.Where(one.Has), id => Assert.True(Traces(0.5).Has(id)));
        Assert.All(ids, id => Assert.True(Traces(1).Has(id)));
        Assert.All(ids, id => Assert.False(Traces(0).Has(id)));
    }

    [Fact]
    public void A_trace_has_the_id_of_its_message()
    {
        Assert.True(Ids.TryRead(Ids.Message, "msg_0199c0de0000700080000000000000ff", out var id));
        Assert.Equal("0199c0de0000700080000000000000ff", MessageTraces.TraceOf(id).ToHexString());
    }

    private static MessageTraces Traces(double ratio) => new(Options.Create(new TraceOptions { Ratio = ratio }));

    private static IReadOnlyList<string> ErrorsOf(string name, string value) =>
        Settings.Errors(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    new Dictionary<string, string?>
                    {
                        [$"{Settings.Root}:{name}"] = value,
                        ["ScaiSend:Secrets:Key"] = Convert.ToBase64String(new byte[32]),
                    }
                )
                .Build()
        );
}
