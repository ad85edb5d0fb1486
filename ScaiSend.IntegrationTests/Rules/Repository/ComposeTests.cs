using Microsoft.Extensions.Configuration;
using ScaiSend.Cli;
using ScaiSend.Cli.Roles;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary><c>compose.yml</c> cannot be run everywhere, so its settings, commands and names are checked against what the code takes.</summary>
public sealed class ComposeTests
{
    private static readonly ComposeFile Compose = new("compose.yml");

    public static TheoryData<string> Roles => [.. Compose.Roles];

    [Fact]
    public void It_runs_the_three_roles_the_migration_and_their_servers() =>
        Assert.Equal(["migrate", "mysql", "rabbitmq", "redis", "s3", "serve", "smtp", "worker"], Compose.Services.Keys.Order());

    [Theory]
    [MemberData(nameof(Roles))]
    public void Every_setting_exists(string role)
    {
        var names = Compose.Environment(role, Sample).Keys;

        Assert.NotEmpty(names);
        Assert.All(
            names,
            name => Assert.True(Settings.Aliases.ContainsKey(name) || Settings.IsKnown(SettingName(name) ?? ""), $"{name} is not a setting")
        );
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Every_value_is_allowed(string role)
    {
        var values = Compose
            .Environment(role, Sample)
            .Select(e => KeyValuePair.Create($"{Settings.Root}:{SettingName(e.Key) ?? Settings.Aliases[e.Key]}", (string?)e.Value));

        Assert.Empty(Settings.Errors(new ConfigurationBuilder().AddInMemoryCollection(values).Build()));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Every_command_is_one_of_scaisend(string role)
    {
        var parsed = Commands.Root().Parse(Compose.Command(role));

        Assert.Empty(parsed.Errors);
        Assert.Equal(role, parsed.CommandResult.Command.Name);
    }

    [Fact]
    public void A_service_waits_only_for_services_of_the_file() =>
        Assert.All(Compose.Services.Keys, service => Assert.Empty(Compose.Needs(service).Except(Compose.Services.Keys)));

    // A service that others wait for until it is healthy must say when that is.
    [Fact]
    public void Every_server_but_the_bare_s3_image_has_a_health_check() =>
        Assert.All(["serve", "mysql", "rabbitmq", "redis"], service => Assert.Contains("healthcheck", Compose.Services[service].Keys));

    [Fact]
    public void The_recipe_for_secrets_names_each_of_them()
    {
        var recipe = string.Join('\n', RepositoryFiles.Read("compose.yml").Split('\n').TakeWhile(line => line.StartsWith('#')));

        Assert.All(Compose.Variables, variable => Assert.Contains($"{variable}=", recipe, StringComparison.Ordinal));
    }

    [Fact]
    public void The_servers_for_tests_are_laid_over_it()
    {
        var servers = new ComposeFile("build/servers/compose.yml");

        Assert.Equal(["mariadb", "mx-and-dns", "mysql", "rabbitmq", "redis", "s3"], servers.Services.Keys.Order());
        Assert.Contains("test-user", servers.Declared("configs"));
        Assert.All(
            servers.Services,
            service => Assert.True(service.Value.ContainsKey("image") || Compose.Services.ContainsKey(service.Key), service.Key)
        );
    }

    // ScaiSend__Section__Key, as .NET reads it from the environment.
    private static string? SettingName(string variable) =>
        variable.StartsWith("ScaiSend__", StringComparison.Ordinal)
            ? variable["ScaiSend__".Length..].Replace("__", ":", StringComparison.Ordinal)
            : null;

    private static string Sample(string variable) => variable == "SECRETS_KEY" ? Convert.ToBase64String(new byte[32]) : "sample";
}
