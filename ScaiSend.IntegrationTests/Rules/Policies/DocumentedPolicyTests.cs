using System.Text.RegularExpressions;
using ScaiSend.IntegrationTests.Rules.Repository;
using ScaiSend.Platform.Policies;
using ScaiSend.Platform.Policies.Reading;

namespace ScaiSend.IntegrationTests.Rules.Policies;

/// <summary>Every policy in the documents is one.</summary>
public sealed partial class DocumentedPolicyTests
{
    private const string Reference = "docs/delivery-policy.md";

    public static TheoryData<string> Examples =>
        [.. Block().Matches(RepositoryFiles.Read(Reference)).Select(block => block.Groups["text"].Value)];

    [Theory, MemberData(nameof(Examples))]
    public void An_example_is_right(string text) => Assert.Empty(PolicyText.Read(text, StartingSet.Policy).Faults);

    [Fact]
    public void The_reference_names_every_key() =>
        Assert.All(
            (string[])
                [
                    "starting_set",
                    "defaults",
                    "providers",
                    "domains",
                    "tenants",
                    "rules",
                    "retry",
                    "schedule",
                    "give_up_after",
                    "connections",
                    "messages_per_minute",
                    "tls",
                    "transport",
                    "password_env",
                    "mx",
                    "name",
                    "when",
                    "then",
                    "code",
                    "enhanced",
                    "text",
                    "at",
                    "defer",
                    "delay",
                    "first_attempts",
                    "bounce",
                    "slow_down",
                    "suspend_for",
                ],
            key => Assert.Contains($"`{key}`", RepositoryFiles.Read(Reference), StringComparison.Ordinal)
        );

    [GeneratedRegex("^```(?:yaml|json)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
