using Microsoft.Extensions.Configuration;
using ScaiSend.Cli.Roles;
using ScaiSend.Delivery.Sending;

namespace ScaiSend.IntegrationTests.Rules.CommandLine;

/// <summary><c>--set</c>: which one counts, and what is refused.</summary>
public sealed class SetOptionTests
{
    [Fact]
    public void Of_a_setting_that_is_set_several_times_the_last_one_counts()
    {
        var settings = Read("Log:Level=info", "Http:Listen=127.0.0.1:1", "http:listen=127.0.0.1:2", "Log:Level=debug");

        Assert.Equal(("debug", "127.0.0.1:2"), (settings["ScaiSend:Log:Level"], settings["ScaiSend:Http:Listen"]));
        Assert.Empty(Settings.Errors(settings));
    }

    [Theory]
    [InlineData("Rendering:ReturnPathDomain=a b")]
    [InlineData("Rendering:ReturnPathDomain=")]
    [InlineData("Rendering:MessageIdDomain=<x>")]
    [InlineData("Delivery:EhloName=a b")]
    [InlineData("Http:Listen=zz")]
    [InlineData("Stack=foo")]
    [InlineData("Log:Level=loud")]
    public void A_wrong_value_is_named_with_what_is_allowed(string set)
    {
        var error = Assert.Single(Settings.Errors(Read(set)));

        Assert.StartsWith($"{set.Split('=')[0]} is '{set.Split('=')[1]}'; allowed", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Source_addresses_are_set_one_by_one_under_any_name_or_as_a_list()
    {
        var settings = Read(
            "Delivery:Sources:out1:Address=192.0.2.10",
            "Delivery:Sources:0:Address=192.0.2.11",
            "Delivery:Sources:0:Pools=a,default"
        );

        Assert.Empty(Settings.Errors(settings));
        Assert.Equal(2, settings.GetSection("ScaiSend:Delivery").Get<DeliveryOptions>()!.Sources.Count);
        Assert.False(Settings.IsKnown("Delivery:Sources:out1:Colour"));
    }

    [Theory]
    [InlineData("Delivery:Sources:out1:Address=nonsense")]
    [InlineData("Delivery:MtaSts=maybe")]
    public void A_wrong_source_or_switch_is_refused_on_every_role(string set) =>
        Assert.StartsWith(set.Split('=')[0], Settings.Errors(Read(set))[0], StringComparison.Ordinal);

    private static ConfigurationManager Read(params string[] sets)
    {
        var configuration = new ConfigurationManager();
        configuration.AddSettings(new Dictionary<string, string?> { ["Secrets:Key"] = Convert.ToBase64String(new byte[32]) }, sets);
        return configuration;
    }
}
