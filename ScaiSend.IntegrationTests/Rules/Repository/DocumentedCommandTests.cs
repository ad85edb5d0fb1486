using System.Text.RegularExpressions;
using ScaiSend.Cli;
using Xunit;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary>The documents name only commands that exist.</summary>
public sealed partial class DocumentedCommandTests
{
    public static TheoryData<string> Documents => [.. RepositoryFiles.With(".md")];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_build_target_exists(string path)
    {
        var targets = Target().Matches(RepositoryFiles.Read("build.cake")).Select(target => target.Groups[1].Value).ToList();
        var used = BuildCommand().Matches(RepositoryFiles.Read(path)).Select(command => command.Groups[1].Value);

        Assert.Empty(used.Except(targets));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_of_scaisend_exists(string path)
    {
        var commands = Commands.Root().Subcommands.Select(command => command.Name).ToList();
        var used = CliCommand().Matches(RepositoryFiles.Read(path)).Select(command => command.Groups[1].Value);

        Assert.Empty(used.Except(commands));
    }

    [GeneratedRegex("^Task\\(\"([a-z-]+)\"\\)", RegexOptions.Multiline)]
    private static partial Regex Target();

    [GeneratedRegex(@"\./build\.sh ([a-z-]+)")]
    private static partial Regex BuildCommand();

    // Either the executable in a code span or block, or the project run by dotnet.
    [GeneratedRegex(@"(?:^|`)(?:scaisend|dotnet run --project ScaiSend\.Cli [^\n]*--) ([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex CliCommand();
}
