using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using ScaiSend.Api.RateLimits;
using ScaiSend.Cli.Roles;
using ScaiSend.Contracts;

namespace ScaiSend.IntegrationTests.Rules.RateLimits;

public sealed class LimitTableTests
{
    private static readonly Guid Rare = Guid.Parse("0199c0de-0000-7000-8000-000000000001");

    [Theory]
    [InlineData(Limit.MailSend, 10_000, 1, true)]
    [InlineData(Limit.Webhooks, 10, 60, true)]
    [InlineData(Limit.WebhookTests, 60, 60, true)]
    [InlineData(Limit.ApiKeys, 10, 60, true)]
    [InlineData(Limit.Messages, 100, 1, false)]
    [InlineData(Limit.Others, 1_000, 1, false)]
    [InlineData(Limit.Login, 60, 60, false)]
    [InlineData(Limit.WrongPasswordsFromOnePlace, 10, 900, false)]
    [InlineData(Limit.WrongPasswords, 100, 900, false)]
    public void The_defaults_are_the_contracts(Limit limit, int permits, int seconds, bool isPerTenant) =>
        Assert.Equal(
            new LimitTerms(permits, TimeSpan.FromSeconds(seconds), isPerTenant),
            new LimitTable(Options.Create(new RateLimitOptions())).For(limit, Rare)
        );

    [Fact]
    public void Each_limit_has_its_own_setting_and_its_own_exception()
    {
        var options = new RateLimitOptions
        {
            MailSendPerSecond = 1,
            WebhooksPerMinute = 2,
            ApiKeysPerMinute = 3,
            MessagesPerSecond = 4,
            OthersPerSecond = 5,
            WebhookTestsPerMinute = 6,
            LoginPerMinute = 7,
            WrongPasswordsFromOnePlace = 8,
            WrongPasswords = 9,
        };
        options.Tenants[Ids.Show(Ids.Tenant, Rare)] = new TenantRateLimits
        {
            MailSendPerSecond = 11,
            WebhooksPerMinute = 12,
            ApiKeysPerMinute = 13,
            MessagesPerSecond = 14,
            OthersPerSecond = 15,
            WebhookTestsPerMinute = 16,
        };
        var table = new LimitTable(Options.Create(options));
        Limit[] limits = [Limit.MailSend, Limit.Webhooks, Limit.ApiKeys, Limit.Messages, Limit.Others, Limit.WebhookTests];

        Assert.Equal([1, 2, 3, 4, 5, 6], limits.Select(l => table.For(l, Guid.Empty).Permits));
        Assert.Equal([11, 12, 13, 14, 15, 16], limits.Select(l => table.For(l, Rare).Permits));
        Assert.Equal(6, limits.Distinct().Count());
        // Who logs in has no tenant yet.
        Limit[] ofNobody = [Limit.Login, Limit.WrongPasswordsFromOnePlace, Limit.WrongPasswords];
        Assert.Equal([7, 8, 9], ofNobody.Select(l => table.For(l, Rare).Permits));
        Assert.Equal(Enum.GetValues<Limit>().Order(), limits.Concat(ofNobody).Order());
    }

    [Theory]
    [InlineData("RateLimits:OthersPerSecond", "0", "RateLimits:OthersPerSecond is '0'; allowed is 1 to 1,000,000")]
    [InlineData("RateLimits:MailSendPerSecond", "many", "RateLimits:MailSendPerSecond is 'many'; allowed is a whole number")]
    [InlineData("RateLimits:RedisTimeout", "00:01:00", "RateLimits:RedisTimeout is '00:01:00'; allowed is 1 ms to 10 seconds")]
    [InlineData(
        "RateLimits:Tenants:acme:OthersPerSecond",
        "5",
        "RateLimits:Tenants:acme names no tenant; allowed is tnt_ and 32 hexadecimal digits"
    )]
    [InlineData(
        "RateLimits:Tenants:tnt_0199c0de000070008000000000000001:OthersPerSecond",
        "0",
        "RateLimits:Tenants:tnt_0199c0de000070008000000000000001:OthersPerSecond is '0'; allowed is 1 to 1,000,000"
    )]
    [InlineData(
        "RateLimits:Tenants:tnt_0199c0de000070008000000000000001:OthersPerSecond",
        "x",
        "RateLimits:Tenants:tnt_0199c0de000070008000000000000001:OthersPerSecond is 'x'; allowed is a whole number"
    )]
    [InlineData(
        "RateLimits:Tenants:tnt_0199c0de000070008000000000000001:Speed",
        "1",
        "RateLimits:Tenants:tnt_0199c0de000070008000000000000001:Speed is not a setting; see docs/configuration.md"
    )]
    public void A_wrong_setting_is_named(string name, string value, string error) => Assert.Equal([error], ErrorsOf(name, value));

    [Fact]
    public void An_exception_for_a_tenant_is_a_setting() =>
        Assert.Empty(ErrorsOf("RateLimits:Tenants:tnt_0199c0de000070008000000000000001:OthersPerSecond", "5"));

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
