using System.Text.RegularExpressions;

namespace ScaiSend.IntegrationTests.Rules.Repository;

/// <summary>The C# of <c>docs/webhooks.md</c> is code that is compiled and tried.</summary>
public sealed partial class DocumentedReceiverTests
{
    [Fact]
    public void The_documented_verification_is_the_tested_one()
    {
        var source = RepositoryFiles.Read("ScaiSend.IntegrationTests/Support/DocumentedReceiver.cs");
        var tested = Tested().Match(source).Groups["code"].Value.Split('\n').Select(line => line.Length > 4 ? line[4..] : line);

        var documented = Documented().Match(RepositoryFiles.Read("docs/webhooks.md")).Groups["code"].Value;

        Assert.Equal(string.Join('\n', tested).Trim(), documented.Trim());
        Assert.Contains("FixedTimeEquals", documented, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"// begin: docs/webhooks\.md\n(?<code>.*?) *// end", RegexOptions.Singleline)]
    private static partial Regex Tested();

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Documented();
}
